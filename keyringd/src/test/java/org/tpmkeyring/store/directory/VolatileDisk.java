// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.tpmkeyring.store.directory.binding.ErrnoException;

/**
 * A disk with a cache: what was not synced may be lost when the power goes. Contents that were not synced are
 * lost; of the changes to a directory that were not synced, the first so many are there and the others are
 * not, as with a journal.
 */
final class VolatileDisk implements FileOperations {
    private static final int MODE_FILE = 0600;
    private static final int MODE_DIRECTORY = 0700;

    private final Node root;
    private final Map<Integer, Node> open = new HashMap<>();
    private final Map<Integer, Integer> positions = new HashMap<>();
    private final boolean syncs;
    private int nextFile = 3;

    /**
     * @param syncs whether sync does anything; a disk that lies shows that a test notices
     */
    VolatileDisk(boolean syncs) {
        this(new Node(true), syncs);
    }

    private VolatileDisk(Node root, boolean syncs) {
        this.root = root;
        this.syncs = syncs;
    }

    /** A file or directory. */
    private static final class Node {
        private final boolean directory;
        private byte[] content = {};
        private byte[] durableContent = {};
        private Map<String, Node> entries = new TreeMap<>();
        private Map<String, Node> durableEntries = new TreeMap<>();
        private final List<Consumer<Map<String, Node>>> pending = new ArrayList<>();

        Node(boolean directory) {
            this.directory = directory;
        }

        void change(Consumer<Map<String, Node>> change) {
            change.accept(entries);
            pending.add(change);
        }

        void sync() {
            durableContent = content;
            durableEntries = new TreeMap<>(entries);
            pending.clear();
        }

        /** What is found after the power came back. */
        Node afterPowerCut(int changesKept, Map<Node, Node> done) {
            Node known = done.get(this);
            if (known != null) {
                return known;
            }
            Node survivor = new Node(directory);
            done.put(this, survivor);
            survivor.content = durableContent;
            Map<String, Node> found = new TreeMap<>(durableEntries);
            pending.stream().limit(changesKept).forEach(change -> change.accept(found));
            found.forEach((name, node) -> survivor.entries.put(name, node.afterPowerCut(changesKept, done)));
            survivor.sync();
            return survivor;
        }

        int mostPending() {
            return Math.max(
                    pending.size(),
                    entries.values().stream().mapToInt(Node::mostPending).max().orElse(0));
        }

        long count(Node wanted) {
            return entries.values().stream()
                    .mapToLong(node -> (node == wanted ? 1 : 0) + node.count(wanted))
                    .sum();
        }
    }

    /** Every disk that there may be after a power cut now. */
    List<VolatileDisk> powerCuts() {
        List<VolatileDisk> disks = new ArrayList<>();
        for (int kept = 0; kept <= root.mostPending(); kept++) {
            disks.add(new VolatileDisk(root.afterPowerCut(kept, new IdentityHashMap<>()), syncs));
        }
        return disks;
    }

    /** Flips a bit of a file, as a disk that goes bad. */
    void damage(String... path) {
        Node node = root;
        for (String name : path) {
            node = node.entries.get(name);
        }
        node.content = node.content.clone();
        node.content[node.content.length - 1] ^= 1;
        node.durableContent = node.content;
    }

    private static ErrnoException errno(String call, int errno) {
        return new ErrnoException(call, errno, "simulated", null);
    }

    private int opened(Node node) {
        open.put(nextFile, node);
        positions.put(nextFile, 0);
        return nextFile++;
    }

    private Node entry(int directory, String name) throws ErrnoException {
        Node node = open.get(directory).entries.get(name);
        if (node == null) {
            throw errno("open", ErrnoException.ENOENT);
        }
        return node;
    }

    @Override
    public int openDirectory(String path) throws ErrnoException {
        Node node = root.entries.get(path);
        if (node == null) {
            throw errno("open", ErrnoException.ENOENT);
        }
        return opened(node);
    }

    @Override
    public int openDirectory(int parent, String name) throws ErrnoException {
        return opened(entry(parent, name));
    }

    @Override
    public int openForReading(int directory, String name) throws ErrnoException {
        return opened(entry(directory, name));
    }

    @Override
    public int createNew(int directory, String name) throws ErrnoException {
        if (open.get(directory).entries.containsKey(name)) {
            throw errno("open", ErrnoException.EEXIST);
        }
        return openOrCreate(directory, name);
    }

    @Override
    public int openOrCreate(int directory, String name) {
        Node parent = open.get(directory);
        if (!parent.entries.containsKey(name)) {
            Node made = new Node(false);
            parent.change(entries -> entries.put(name, made));
        }
        return opened(parent.entries.get(name));
    }

    @Override
    public void close(int file) {
        open.remove(file);
    }

    @Override
    public FileStatus status(int file) {
        Node node = open.get(file);
        return new FileStatus(
                node.directory ? FileStatus.DIRECTORY : FileStatus.REGULAR,
                node.directory ? MODE_DIRECTORY : MODE_FILE,
                0,
                node.directory ? 2 : root.count(node),
                node.content.length);
    }

    @Override
    public byte[] read(int file, int limitBytes) {
        byte[] content = open.get(file).content;
        return Arrays.copyOf(content, Math.min(limitBytes, content.length));
    }

    @Override
    public void write(int file, byte[] content) {
        Node node = open.get(file);
        int start = positions.merge(file, content.length, Integer::sum) - content.length;
        byte[] longer = Arrays.copyOf(node.content, start + content.length);
        System.arraycopy(content, 0, longer, start, content.length);
        node.content = longer;
    }

    @Override
    public void sync(int file) {
        if (syncs) {
            open.get(file).sync();
        }
    }

    @Override
    public void makeDirectory(String path) throws ErrnoException {
        make(root, path);
        root.sync();
    }

    @Override
    public void makeDirectory(int parent, String name) throws ErrnoException {
        make(open.get(parent), name);
    }

    private static void make(Node parent, String name) throws ErrnoException {
        if (parent.entries.containsKey(name)) {
            throw errno("mkdir", ErrnoException.EEXIST);
        }
        Node made = new Node(true);
        parent.change(entries -> entries.put(name, made));
    }

    @Override
    public void link(int directory, String from, String to) throws ErrnoException {
        Node node = entry(directory, from);
        if (open.get(directory).entries.containsKey(to)) {
            throw errno("link", ErrnoException.EEXIST);
        }
        open.get(directory).change(entries -> entries.put(to, node));
    }

    @Override
    public void rename(int directory, String from, String to) throws ErrnoException {
        Node node = entry(directory, from);
        open.get(directory).change(entries -> {
            entries.remove(from);
            entries.put(to, node);
        });
    }

    @Override
    public void remove(int directory, String name) throws ErrnoException {
        if (!open.get(directory).entries.containsKey(name)) {
            throw errno("unlink", ErrnoException.ENOENT);
        }
        open.get(directory).change(entries -> entries.remove(name));
    }

    @Override
    public List<String> names(int directory) {
        return List.copyOf(open.get(directory).entries.keySet());
    }

    @Override
    public boolean tryLock(int file) {
        return true;
    }
}

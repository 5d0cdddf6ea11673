// SPDX-License-Identifier: Apache-2.0
/*
 * The yardstick for unlocking: seals 32 bytes to PCR 7 and unseals them N times with the five ESYS calls that a
 * careful C program makes (StartAuthSession salted to the SRK, PolicyPCR, Load, Unseal, FlushContext), and prints
 * milliseconds: a summary, or with "each" every run on a line of its own. Against a scratch TPM only: it makes an SRK at 0x81000001 where there is none.
 *
 *   cc -O2 -o esys-baseline esys-baseline.c -ltss2-esys -ltss2-tctildr
 *   TSS2_LOG=all+NONE ./esys-baseline swtpm:path=/run/scratch/tpm 500
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tss2/tss2_esys.h>
#include <tss2/tss2_tctildr.h>

#define SRK_HANDLE 0x81000001
#define WARM_UP 20

static void check(TSS2_RC rc, const char *what) {
    if (rc != TSS2_RC_SUCCESS) {
        fprintf(stderr, "%s: 0x%x\n", what, rc);
        exit(1);
    }
}

static const TPMT_SYM_DEF AES_128_CFB = {
    .algorithm = TPM2_ALG_AES, .keyBits.aes = 128, .mode.aes = TPM2_ALG_CFB};

static const TPML_PCR_SELECTION PCR_7 = {
    .count = 1,
    .pcrSelections[0] = {.hash = TPM2_ALG_SHA256, .sizeofSelect = 3, .pcrSelect = {0x80, 0, 0}}};

static ESYS_TR storage_root_key(ESYS_CONTEXT *ctx) {
    const TPM2B_PUBLIC template = {.publicArea = {
        .type = TPM2_ALG_ECC,
        .nameAlg = TPM2_ALG_SHA256,
        .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN |
                            TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA | TPMA_OBJECT_RESTRICTED |
                            TPMA_OBJECT_DECRYPT,
        .parameters.eccDetail = {.symmetric = {.algorithm = TPM2_ALG_AES, .keyBits.aes = 128,
                                               .mode.aes = TPM2_ALG_CFB},
                                 .scheme.scheme = TPM2_ALG_NULL,
                                 .curveID = TPM2_ECC_NIST_P256,
                                 .kdf.scheme = TPM2_ALG_NULL}}};
    const TPM2B_SENSITIVE_CREATE sensitive = {0};
    const TPM2B_DATA outside = {0};
    const TPML_PCR_SELECTION none = {0};
    ESYS_TR found, primary;
    if (Esys_TR_FromTPMPublic(ctx, SRK_HANDLE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &found) == 0)
        return found;
    check(Esys_CreatePrimary(ctx, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &sensitive,
                             &template, &outside, &none, &primary, NULL, NULL, NULL, NULL), "CreatePrimary");
    check(Esys_EvictControl(ctx, ESYS_TR_RH_OWNER, primary, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                            SRK_HANDLE, &found), "EvictControl");
    check(Esys_FlushContext(ctx, primary), "FlushContext");
    return found;
}

static ESYS_TR session(ESYS_CONTEXT *ctx, ESYS_TR srk, TPM2_SE type, TPMA_SESSION attributes) {
    ESYS_TR handle;
    check(Esys_StartAuthSession(ctx, srk, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, NULL, type,
                                &AES_128_CFB, TPM2_ALG_SHA256, &handle), "StartAuthSession");
    check(Esys_TRSess_SetAttributes(ctx, handle, attributes, 0xff), "attributes");
    return handle;
}

static void policy_digest(ESYS_CONTEXT *ctx, TPM2B_DIGEST *digest) {
    ESYS_TR trial;
    TPM2B_DIGEST *found;
    const TPMT_SYM_DEF null = {.algorithm = TPM2_ALG_NULL};
    check(Esys_StartAuthSession(ctx, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, NULL,
                                TPM2_SE_TRIAL, &null, TPM2_ALG_SHA256, &trial), "trial session");
    check(Esys_PolicyPCR(ctx, trial, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, NULL, &PCR_7), "PolicyPCR");
    check(Esys_PolicyGetDigest(ctx, trial, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &found), "PolicyGetDigest");
    *digest = *found;
    Esys_Free(found);
    check(Esys_FlushContext(ctx, trial), "FlushContext");
}

static void seal(ESYS_CONTEXT *ctx, ESYS_TR srk, TPM2B_PUBLIC **public, TPM2B_PRIVATE **private) {
    TPM2B_PUBLIC template = {.publicArea = {
        .type = TPM2_ALG_KEYEDHASH,
        .nameAlg = TPM2_ALG_SHA256,
        .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_ADMINWITHPOLICY |
                            TPMA_OBJECT_NODA,
        .parameters.keyedHashDetail.scheme.scheme = TPM2_ALG_NULL}};
    TPM2B_SENSITIVE_CREATE sensitive = {.sensitive.data.size = 32};
    const TPM2B_DATA outside = {0};
    const TPML_PCR_SELECTION none = {0};
    memset(sensitive.sensitive.data.buffer, 0x5a, 32);
    policy_digest(ctx, &template.publicArea.authPolicy);
    ESYS_TR hmac = session(ctx, srk, TPM2_SE_HMAC, TPMA_SESSION_DECRYPT | TPMA_SESSION_ENCRYPT);
    check(Esys_Create(ctx, srk, hmac, ESYS_TR_NONE, ESYS_TR_NONE, &sensitive, &template, &outside, &none, private,
                      public, NULL, NULL, NULL), "Create");
    Esys_TR_Close(ctx, &hmac);
}

static void unseal(ESYS_CONTEXT *ctx, const uint8_t *stored, size_t stored_size, const TPM2B_PUBLIC *public,
                   const TPM2B_PRIVATE *private) {
    ESYS_TR srk, object;
    TPM2B_SENSITIVE_DATA *data;
    check(Esys_TR_Deserialize(ctx, stored, stored_size, &srk), "Deserialize");
    ESYS_TR policy = session(ctx, srk, TPM2_SE_POLICY, TPMA_SESSION_ENCRYPT);
    check(Esys_PolicyPCR(ctx, policy, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, NULL, &PCR_7), "PolicyPCR");
    check(Esys_Load(ctx, srk, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, private, public, &object), "Load");
    check(Esys_Unseal(ctx, object, policy, ESYS_TR_NONE, ESYS_TR_NONE, &data), "Unseal");
    if (data->size != 32 || data->buffer[31] != 0x5a) {
        fprintf(stderr, "wrong secret\n");
        exit(1);
    }
    memset(data, 0, sizeof *data);
    Esys_Free(data);
    Esys_TR_Close(ctx, &policy);
    check(Esys_FlushContext(ctx, object), "FlushContext");
    Esys_TR_Close(ctx, &srk);
}

static double now_millis(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    int each = argc == 4 && strcmp(argv[3], "each") == 0;
    if ((argc != 3 && !each) || atoi(argv[2]) < 1) {
        fprintf(stderr, "usage: %s TCTI RUNS [each]\n", argv[0]);
        return 2;
    }
    int runs = atoi(argv[2]);
    double *millis = calloc(runs, sizeof *millis);
    TSS2_TCTI_CONTEXT *tcti;
    ESYS_CONTEXT *ctx;
    TPM2B_PUBLIC *public;
    TPM2B_PRIVATE *private;
    uint8_t *stored;
    size_t stored_size;
    check(Tss2_TctiLdr_Initialize(argv[1], &tcti), "connect");
    check(Esys_Initialize(&ctx, tcti, NULL), "Esys_Initialize");
    ESYS_TR srk = storage_root_key(ctx);
    check(Esys_TR_Serialize(ctx, srk, &stored, &stored_size), "Serialize");
    seal(ctx, srk, &public, &private);
    for (int i = 0; i < WARM_UP; i++)
        unseal(ctx, stored, stored_size, public, private);
    for (int i = 0; i < runs; i++) {
        double start = now_millis();
        unseal(ctx, stored, stored_size, public, private);
        millis[i] = now_millis() - start;
    }
    qsort(millis, runs, sizeof *millis, ascending);
    for (int i = 0; each && i < runs; i++)
        printf("%.3f\n", millis[i]);
    if (!each)
        printf("{\"program\":\"c\",\"runs\":%d,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f}\n", runs,
               millis[runs / 2], millis[runs * 99 / 100], millis[runs - 1]);
    Esys_Free(public);
    Esys_Free(private);
    Esys_Free(stored);
    Esys_Finalize(&ctx);
    Tss2_TctiLdr_Finalize(&tcti);
    free(millis);
    return 0;
}

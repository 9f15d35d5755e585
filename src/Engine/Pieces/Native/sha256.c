/* SHA-256 (FIPS 180-4) with the SHA instructions of x86, for one message or for two that share their blocks.
 *
 * A piece and the content it belongs to consist of the same 64-byte blocks, so the message schedule, half of the work, is done once
 * and the rounds of both run side by side: each round waits for the one before it, and meanwhile the processor does the other's. */
#if !defined(__x86_64__)
#error "for x86-64 only: elsewhere the runtime's library hashes"
#endif
#include <cpuid.h>
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

static const uint32_t round_constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* A running hash as the instructions want it: words a, b, e, f in one register, c, d, g, h in the other. */
typedef struct {
    __m128i abef, cdgh;
} lanes;

static inline lanes load(const uint32_t state[8]) {
    __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
    __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
    return (lanes){_mm_alignr_epi8(badc, hgfe, 8), _mm_blend_epi16(hgfe, badc, 0xF0)};
}

static inline void store(uint32_t state[8], lanes l) {
    __m128i feba = _mm_shuffle_epi32(l.abef, 0x1B);
    __m128i dchg = _mm_shuffle_epi32(l.cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

/* The schedule's next four words, from the sixteen before them. */
static inline __m128i next_words(__m128i w0, __m128i w1, __m128i w2, __m128i w3) {
    return _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4)), w3);
}

static inline __attribute__((always_inline)) void hash(uint32_t *first, uint32_t *second, const uint8_t *data, size_t blocks) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    lanes x = load(first), y = second ? load(second) : (lanes){_mm_setzero_si128(), _mm_setzero_si128()};
    for (; blocks > 0; blocks--, data += 64) {
        lanes x0 = x, y0 = y;
        __m128i w[4];
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++) {
            w[i & 3] = i < 4 ? _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(data + 16 * i)), big_endian)
                             : next_words(w[i & 3], w[(i + 1) & 3], w[(i + 2) & 3], w[(i + 3) & 3]);
            __m128i k = _mm_add_epi32(w[i & 3], _mm_load_si128((const __m128i *)(round_constants + 4 * i)));
            x.cdgh = _mm_sha256rnds2_epu32(x.cdgh, x.abef, k);
            if (second) y.cdgh = _mm_sha256rnds2_epu32(y.cdgh, y.abef, k);
            k = _mm_shuffle_epi32(k, 0x0E);
            x.abef = _mm_sha256rnds2_epu32(x.abef, x.cdgh, k);
            if (second) y.abef = _mm_sha256rnds2_epu32(y.abef, y.cdgh, k);
        }
        x = (lanes){_mm_add_epi32(x.abef, x0.abef), _mm_add_epi32(x.cdgh, x0.cdgh)};
        y = (lanes){_mm_add_epi32(y.abef, y0.abef), _mm_add_epi32(y.cdgh, y0.cdgh)};
    }
    store(first, x);
    if (second) store(second, y);
}

/* Takes whole blocks into one running hash, or into two where the second is not null. */
EXPORT void haul_sha256_blocks(uint32_t *first, uint32_t *second, const uint8_t *data, size_t blocks) {
    if (second)
        hash(first, second, data, blocks);
    else
        hash(first, NULL, data, blocks);
}

/* Whether this processor has the instructions: SSSE3, SSE4.1 and SHA. */
EXPORT int haul_sha256_is_usable(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1)) return 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA) != 0;
}

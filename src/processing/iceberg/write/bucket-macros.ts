/**
 * The hash of partition buckets in the engine's SQL: 32-bit Murmur3, x86, seed 0, over unsigned 64-bit numbers that hold 32 bits.
 * https://iceberg.apache.org/spec/#appendix-b-32-bit-hash-requirements. A macro's argument stands wherever it is named, so values that are
 * named twice go through a lambda of one.
 */
export const bucketMacros: readonly string[] = [
  `CREATE MACRO iceberg_mul32(a, b) AS (CAST(a AS UBIGINT) * CAST(b AS UBIGINT)) & 4294967295`,
  `CREATE MACRO iceberg_rotl32(v, n) AS
     list_transform([CAST(v AS UBIGINT)], lambda x: ((x << n) | (x >> (32 - n))) & 4294967295)[1]`,
  `CREATE MACRO iceberg_hash_k(k) AS
     iceberg_mul32(iceberg_rotl32(iceberg_mul32(k, 3432918353), 15), 461845907)`,
  `CREATE MACRO iceberg_hash_round(h, k) AS
     (iceberg_mul32(iceberg_rotl32(xor(CAST(h AS UBIGINT), iceberg_hash_k(k)), 13), 5) + 3864292196) & 4294967295`,
  `CREATE MACRO iceberg_shift_xor(v, n) AS list_transform([CAST(v AS UBIGINT)], lambda x: xor(x, x >> n))[1]`,
  `CREATE MACRO iceberg_hash_end(h, bytes) AS
     iceberg_shift_xor(iceberg_mul32(iceberg_shift_xor(iceberg_mul32(iceberg_shift_xor(
       xor(CAST(h AS UBIGINT), CAST(bytes AS UBIGINT)), 16), 2246822507), 13), 3266489909), 16)`,
  // A long's eight bytes, the lowest first.
  `CREATE MACRO iceberg_hash_long(v) AS
     iceberg_hash_end(iceberg_hash_round(iceberg_hash_round(0, CAST(CAST(v AS BIGINT) & 4294967295 AS UBIGINT)),
       CAST((CAST(v AS BIGINT) >> 32) & 4294967295 AS UBIGINT)), 8)`,
  // Up to four bytes in hexadecimal as a number, the first one lowest.
  `CREATE MACRO iceberg_le(x) AS CAST('0x' || substr(x, 7, 2) || substr(x, 5, 2) || substr(x, 3, 2) || substr(x, 1, 2) AS UBIGINT)`,
  `CREATE MACRO iceberg_hash_blocks(x) AS
     list_reduce(list_prepend(CAST(0 AS UBIGINT),
       list_transform(range(0, length(x) // 8), lambda i: iceberg_le(substr(x, CAST(8 * i + 1 AS BIGINT), 8)))),
       lambda h, k: iceberg_hash_round(h, k))`,
  // Bytes in hexadecimal.
  `CREATE MACRO iceberg_hash_hex(v) AS list_transform([v], lambda x: iceberg_hash_end(
     xor(iceberg_hash_blocks(x), CASE WHEN length(x) % 8 = 0 THEN CAST(0 AS UBIGINT)
       ELSE iceberg_hash_k(iceberg_le(substr(x, length(x) // 8 * 8 + 1))) END), length(x) // 2))[1]`,
  // An unscaled decimal in as few bytes as hold it, the highest first.
  `CREATE MACRO iceberg_decimal_hex(v) AS list_transform([CAST(v AS BIGINT)], lambda u: right(lpad(hex(u), 16, '0'), 2 *
     CASE WHEN u BETWEEN -128 AND 127 THEN 1 WHEN u BETWEEN -32768 AND 32767 THEN 2 WHEN u BETWEEN -8388608 AND 8388607 THEN 3
       WHEN u BETWEEN -2147483648 AND 2147483647 THEN 4 WHEN u BETWEEN -549755813888 AND 549755813887 THEN 5
       WHEN u BETWEEN -140737488355328 AND 140737488355327 THEN 6 WHEN u BETWEEN -36028797018963968 AND 36028797018963967 THEN 7
       ELSE 8 END))[1]`,
]

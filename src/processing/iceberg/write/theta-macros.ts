const low64 = `CAST('18446744073709551615' AS UHUGEINT)`
const c1 = 0x87c37b91114253d5n
const c2 = 0x4cf5ad432745937fn
const seed = 'CAST(9001 AS UBIGINT)'
const power = (bits: bigint) => String(1n << bits)

/**
 * The hash of a theta sketch in the engine's SQL: half of the 128-bit Murmur3, x64, with the seed of Apache DataSketches, without its lowest bit.
 * https://github.com/apache/datasketches-java/blob/master/src/main/java/org/apache/datasketches/hash/MurmurHash3.java. Numbers are unsigned
 * and wrap at 64 bits, which the engine's do not: they are multiplied and added as 128 bits. A macro's argument stands wherever it is named, so
 * values that are named twice go through a lambda of one. State and blocks are pairs: the engine's lists hold one type.
 */
export const thetaMacros: readonly string[] = [
  `CREATE MACRO theta_mul(x, y) AS CAST((CAST(x AS UHUGEINT) * CAST(y AS UHUGEINT)) & ${low64} AS UBIGINT)`,
  `CREATE MACRO theta_add(x, y) AS CAST((CAST(x AS UHUGEINT) + CAST(y AS UHUGEINT)) & ${low64} AS UBIGINT)`,
  `CREATE MACRO theta_rotl(v, factor, rest) AS
     list_transform([CAST(v AS UBIGINT)], lambda x: theta_mul(x, factor) | (x >> rest))[1]`,
  `CREATE MACRO theta_shift(v) AS list_transform([CAST(v AS UBIGINT)], lambda x: xor(x, x >> 33))[1]`,
  `CREATE MACRO theta_fmix(v) AS theta_shift(theta_mul(theta_shift(
     theta_mul(theta_shift(v), ${0xff51afd7ed558ccdn})), ${0xc4ceb9fe1a85ec53n}))`,
  `CREATE MACRO theta_k1(k) AS theta_mul(theta_rotl(theta_mul(k, ${c1}), ${power(31n)}, 33), ${c2})`,
  `CREATE MACRO theta_k2(k) AS theta_mul(theta_rotl(theta_mul(k, ${c2}), ${power(33n)}, 31), ${c1})`,
  `CREATE MACRO theta_end(h1, h2, bytes) AS
     list_transform([{'a': xor(CAST(h1 AS UBIGINT), CAST(bytes AS UBIGINT)), 'b': xor(CAST(h2 AS UBIGINT), CAST(bytes AS UBIGINT))}],
       lambda s: list_transform([theta_add(s.a, s.b)],
         lambda a: theta_add(theta_fmix(a), theta_fmix(theta_add(s.b, a))))[1])[1] >> 1`,
  // A number of up to eight bytes, the lowest first.
  `CREATE MACRO theta_number(v, bytes) AS theta_end(xor(${seed}, theta_k1(v)), ${seed}, bytes)`,
  // Up to four, and up to eight, bytes in hexadecimal as such a number.
  `CREATE MACRO theta_le4(x) AS CASE WHEN x = '' THEN CAST(0 AS UBIGINT)
     ELSE CAST('0x' || substr(x, 7, 2) || substr(x, 5, 2) || substr(x, 3, 2) || substr(x, 1, 2) AS UBIGINT) END`,
  `CREATE MACRO theta_le8(v) AS list_transform([v],
     lambda x: theta_le4(substr(x, 1, 8)) + theta_le4(substr(x, 9, 8)) * 4294967296)[1]`,
  `CREATE MACRO theta_h1(s, k) AS
     theta_add(theta_mul(theta_add(theta_rotl(xor(s.a, theta_k1(k.a)), ${power(27n)}, 37), s.b), 5), ${0x52dce729})`,
  `CREATE MACRO theta_round(s, k) AS list_transform([theta_h1(s, k)], lambda h: {'a': h,
     'b': theta_add(theta_mul(theta_add(theta_rotl(xor(s.b, theta_k2(k.b)), ${power(31n)}, 33), h), 5), ${0x38495ab5})})[1]`,
  `CREATE MACRO theta_blocks(x) AS list_reduce(list_prepend({'a': ${seed}, 'b': ${seed}},
     list_transform(range(0, length(x) // 32), lambda i: {
       'a': theta_le8(substr(x, CAST(32 * i + 1 AS BIGINT), 16)), 'b': theta_le8(substr(x, CAST(32 * i + 17 AS BIGINT), 16))})),
     lambda s, k: theta_round(s, k))`,
  `CREATE MACRO theta_tail(s, t, bytes) AS theta_end(
     CASE WHEN t = '' THEN s.a ELSE xor(s.a, theta_k1(theta_le8(substr(t, 1, 16)))) END,
     CASE WHEN length(t) <= 16 THEN s.b ELSE xor(s.b, theta_k2(theta_le8(substr(t, 17)))) END, bytes)`,
  // Bytes in hexadecimal.
  `CREATE MACRO theta_hex(v) AS list_transform([v], lambda x: list_transform([theta_blocks(x)], lambda s:
     theta_tail(s, substr(x, CAST(length(x) // 32 * 32 + 1 AS BIGINT)), length(x) // 2))[1])[1]`,
]

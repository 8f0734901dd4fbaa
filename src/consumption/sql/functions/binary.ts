import { type FunctionTable, forms } from './registry.ts'

const digest = (name: string) => forms(['varbinary -> varbinary', `${name}($1)`])
const keyed = (name: string) => forms(['varbinary, varbinary -> varbinary', `${name}($1, $2)`])

/** https://trino.io/docs/current/functions/binary.html */
export const binaryFunctions: FunctionTable = {
  to_utf8: forms(['varchar -> varbinary', 'CAST(encode($1) AS BLOB)']),
  from_utf8: forms(
    ['varbinary -> varchar', 'trino_from_utf8($1, chr(65533))'],
    ['varbinary, varchar -> varchar', 'trino_from_utf8($1, $2)'],
    ['varbinary, bigint -> varchar', 'trino_from_utf8($1, chr(CAST($2 AS INTEGER)))'],
  ),
  to_hex: forms(['varbinary -> varchar', 'hex($1)']),
  from_hex: forms(['varchar -> varbinary', 'trino_from_hex($1)']),
  to_base64: forms(['varbinary -> varchar', 'base64($1)']),
  from_base64: forms(['varchar -> varbinary', 'trino_from_base64($1)']),
  to_base64url: forms(['varbinary -> varchar', 'trino_to_base64url($1)']),
  from_base64url: forms(['varchar -> varbinary', 'trino_from_base64url($1)']),
  to_base32: forms(['varbinary -> varchar', 'trino_to_base32($1)']),
  from_base32: forms(['varchar -> varbinary', 'trino_from_base32($1)']),
  md5: forms(['varbinary -> varbinary', 'unhex(md5($1))']),
  sha1: forms(['varbinary -> varbinary', 'unhex(sha1($1))']),
  sha256: forms(['varbinary -> varbinary', 'unhex(sha256($1))']),
  sha512: digest('trino_sha512'),
  hmac_md5: keyed('trino_hmac_md5'),
  hmac_sha1: keyed('trino_hmac_sha1'),
  hmac_sha256: keyed('trino_hmac_sha256'),
  hmac_sha512: keyed('trino_hmac_sha512'),
  crc32: forms(['varbinary -> bigint', 'trino_crc32($1)']),
  xxhash64: digest('trino_xxhash64'),
  murmur3: digest('trino_murmur3'),
  spooky_hash_v2_32: digest('trino_spooky_32'),
  spooky_hash_v2_64: digest('trino_spooky_64'),
  to_big_endian_64: forms(['bigint -> varbinary', 'trino_big_endian($1, 8)']),
  from_big_endian_64: forms(['varbinary -> bigint', 'trino_from_big_endian($1, 8)']),
  to_big_endian_32: forms(['integer -> varbinary', 'trino_big_endian($1, 4)']),
  from_big_endian_32: forms([
    'varbinary -> integer',
    'CAST(trino_from_big_endian($1, 4) AS INTEGER)',
  ]),
  to_ieee754_64: forms(['double -> varbinary', 'trino_ieee754($1, 8)']),
  from_ieee754_64: forms(['varbinary -> double', 'trino_from_ieee754($1, 8)']),
  to_ieee754_32: forms(['real -> varbinary', 'trino_ieee754($1, 4)']),
  from_ieee754_32: forms(['varbinary -> real', 'CAST(trino_from_ieee754($1, 4) AS FLOAT)']),
}

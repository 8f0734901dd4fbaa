import { sqlError } from '../errors.ts'
import { concatenate } from '../analyze/operators.ts'
import { raiseSql } from '../analyze/typed.ts'
import { VARCHAR, quoteText } from '../types/type.ts'
import { type FunctionTable, forms, literalText, own } from './registry.ts'

const blank = `' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13)`
const trimmed = (name: string) =>
  forms(
    ['varchar -> varchar', `${name}($1, ${blank})`],
    ['varchar, varchar -> varchar', `${name}($1, $2)`],
  )

const substring = forms(
  [
    'varchar, bigint -> varchar',
    `CASE WHEN $2 = 0 OR abs($2) > length($1) THEN '' ELSE substring($1, $2) END`,
  ],
  [
    'varchar, bigint, bigint -> varchar',
    `CASE WHEN $2 = 0 OR abs($2) > length($1) OR $3 <= 0 THEN '' ELSE substring($1, $2, $3) END`,
  ],
)

/** https://trino.io/docs/current/functions/string.html and the URL, binary and regular expression functions. */
export const stringFunctions: FunctionTable = {
  length: forms(['varchar -> bigint', 'length($1)'], ['varbinary -> bigint', 'octet_length($1)']),
  upper: forms(['varchar -> varchar', 'upper($1)']),
  lower: forms(['varchar -> varchar', 'lower($1)']),
  trim: trimmed('trim'),
  ltrim: trimmed('ltrim'),
  rtrim: trimmed('rtrim'),
  substr: substring,
  substring,
  concat: own('varchar...', (args, { at }) =>
    args.length < 2 ? undefined : concatenate(args, at),
  ),
  concat_ws: forms(
    ['varchar, array(varchar) -> varchar', 'array_to_string($2, $1)'],
    ['varchar, varchar... -> varchar', 'concat_ws($*)'],
  ),
  replace: forms(
    ['varchar, varchar -> varchar', `replace($1, $2, '')`],
    ['varchar, varchar, varchar -> varchar', 'replace($1, $2, $3)'],
  ),
  reverse: forms(
    ['varchar -> varchar', 'reverse($1)'],
    ['array(T) -> array(T)', 'list_reverse($1)'],
  ),
  strpos: forms(['varchar, varchar -> bigint', 'instr($1, $2)']),
  starts_with: forms(['varchar, varchar -> boolean', 'starts_with($1, $2)']),
  ends_with: forms(['varchar, varchar -> boolean', 'ends_with($1, $2)']),
  split: forms(['varchar, varchar -> array(varchar)', 'string_split($1, $2)']),
  split_part: forms([
    'varchar, varchar, bigint -> varchar',
    `CASE WHEN $3 <= 0 THEN ${raiseSql(VARCHAR, `'INVALID_FUNCTION_ARGUMENT: Index must be greater than zero'`)} ELSE string_split($1, $2)[$3] END`,
  ]),
  lpad: forms(['varchar, bigint, varchar -> varchar', 'lpad($1, CAST($2 AS INTEGER), $3)']),
  rpad: forms(['varchar, bigint, varchar -> varchar', 'rpad($1, CAST($2 AS INTEGER), $3)']),
  chr: forms(['bigint -> varchar', 'chr(CAST($1 AS INTEGER))']),
  codepoint: forms(['varchar -> integer', 'unicode($1)']),
  translate: forms(['varchar, varchar, varchar -> varchar', 'translate($1, $2, $3)']),
  levenshtein_distance: forms(['varchar, varchar -> bigint', 'levenshtein($1, $2)']),
  hamming_distance: forms(['varchar, varchar -> bigint', 'hamming($1, $2)']),

  regexp_like: forms(['varchar, varchar -> boolean', 'regexp_matches($1, $2)']),
  regexp_extract: forms(
    [
      'varchar, varchar -> varchar',
      'CASE WHEN regexp_matches($1, $2) THEN regexp_extract($1, $2) END',
    ],
    [
      'varchar, varchar, bigint -> varchar',
      ([text, pattern, group], context) => {
        if (typeof group?.constant !== 'number') {
          throw sqlError(
            'NotSupported',
            context.at,
            'regexp_extract is supported only with a literal group',
          )
        }
        const of = `${text!.sql}, ${pattern!.sql}`
        return `(CASE WHEN regexp_matches(${of}) THEN regexp_extract(${of}, ${group.constant}) END)`
      },
    ],
  ),
  regexp_extract_all: forms(
    ['varchar, varchar -> array(varchar)', 'regexp_extract_all($1, $2)'],
    [
      'varchar, varchar, bigint -> array(varchar)',
      'regexp_extract_all($1, $2, CAST($3 AS INTEGER))',
    ],
  ),
  regexp_replace: forms(
    ['varchar, varchar -> varchar', `regexp_replace($1, $2, '', 'g')`],
    [
      'varchar, varchar, varchar -> varchar',
      ([text, pattern, replacement], context) => {
        const java = literalText(replacement, 'replacement', context)
        return `regexp_replace(${text!.sql}, ${pattern!.sql}, ${quoteText(re2Replacement(java, context.at))}, 'g')`
      },
    ],
  ),
  regexp_split: forms(['varchar, varchar -> array(varchar)', 'string_split_regex($1, $2)']),
  regexp_count: forms(['varchar, varchar -> bigint', 'len(regexp_extract_all($1, $2))']),

  url_extract_protocol: url(`^([A-Za-z][A-Za-z0-9+.-]*):`, 1),
  url_extract_host: url(`^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:]+)`, 1),
  url_extract_path: forms([
    'varchar -> varchar',
    `regexp_extract($1, '^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?([^?#]*)', 1)`,
  ]),
  url_extract_query: forms(['varchar -> varchar', `regexp_extract($1, '^[^?#]*\\?([^#]*)', 1)`]),
  url_extract_fragment: forms(['varchar -> varchar', `regexp_extract($1, '^[^#]*#(.*)$', 1)`]),
  url_extract_port: forms([
    'varchar -> bigint',
    `TRY(CAST(nullif(regexp_extract($1, '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#:]*:([0-9]+)', 1), '') AS BIGINT))`,
  ]),
  url_extract_parameter: forms([
    'varchar, varchar -> varchar',
    `list_filter(list_transform(string_split(regexp_extract($1, '^[^?#]*\\?([^#]*)', 1), '&'),
       lambda p: [split_part(p, '=', 1), url_decode(replace(substring(p, length(split_part(p, '=', 1)) + 2), '+', ' '))]),
       lambda p: p[1] = $2)[1][2]`,
  ]),
  url_encode: forms(['varchar -> varchar', `replace(url_encode($1), '%20', '+')`]),
  url_decode: forms(['varchar -> varchar', `url_decode(replace($1, '+', ' '))`]),

  to_utf8: forms(['varchar -> varbinary', 'encode($1)']),
  from_utf8: forms(['varbinary -> varchar', 'decode($1)']),
  to_hex: forms(['varbinary -> varchar', 'hex($1)']),
  from_hex: forms(['varchar -> varbinary', 'unhex($1)']),
  to_base64: forms(['varbinary -> varchar', 'base64($1)']),
  from_base64: forms(['varchar -> varbinary', 'from_base64($1)']),
  md5: forms(['varbinary -> varbinary', 'unhex(md5($1))']),
  sha1: forms(['varbinary -> varbinary', 'unhex(sha1($1))']),
  sha256: forms(['varbinary -> varbinary', 'unhex(sha256($1))']),
}

/** A part of a URL, NULL when it is not there. */
function url(pattern: string, group: number) {
  return forms([
    'varchar -> varchar',
    `nullif(regexp_extract($1, ${quoteText(pattern)}, ${group}), '')`,
  ])
}

/** `$1` and `\$` of Java as `\1` and `$` of RE2. */
function re2Replacement(java: string, at: { line: number; column: number }): string {
  let text = ''
  for (let index = 0; index < java.length; index++) {
    const char = java[index]!
    const following = java[index + 1] ?? ''
    if (char === '\\') {
      text += following === '\\' ? '\\\\' : following
      index++
    } else if (char === '$') {
      if (!/\d/.test(following)) {
        throw sqlError('NotSupported', at, 'a named group in a replacement is not supported')
      }
      text += `\\${following}`
      index++
    } else {
      text += char
    }
  }
  return text
}

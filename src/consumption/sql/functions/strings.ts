import { castSql } from '../analyze/cast.ts'
import { concatenate } from '../analyze/operators.ts'
import { type Typed, raiseSql } from '../analyze/typed.ts'
import { clockSql, textSql } from '../types/text.ts'
import {
  INTEGER,
  type Type,
  VARBINARY,
  VARCHAR,
  arrayOf,
  canBeText,
  isFloating,
  isInteger,
  isText,
  quoteText,
} from '../types/type.ts'
import { binaryFunctions } from './binary.ts'
import { regexpFunctions } from './regexp.ts'
import {
  type CallContext,
  type FunctionBody,
  type FunctionTable,
  apply,
  forms,
  own,
} from './registry.ts'
import { urlFunctions } from './urls.ts'

/** What Java takes for white space. */
const blankCodes = [
  9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005,
  0x2006, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x205f, 0x3000,
]
const blank = quoteText(String.fromCodePoint(...blankCodes))

/** A function of texts that gives a char where it is given one. */
function keepsChar(body: FunctionBody): FunctionBody {
  return own('', (args, context) => {
    const made = apply(body, args, context)
    const type = args[0]?.type
    if (type?.kind !== 'char') return made
    return { sql: castSql(made.sql, made.type, type, context.at), type }
  })
}

/** A function of texts that sees a char without the spaces that it is filled up with, as the engine has it. */
function ofUnpadded(body: FunctionBody): FunctionBody {
  return own('', ([value, ...rest], context) => {
    const first = value?.type.kind === 'char' ? { ...value, type: VARCHAR } : value
    return apply(body, first ? [first, ...rest] : [], context)
  })
}

const trimmed = (name: string) =>
  ofUnpadded(
    forms(
      ['varchar -> varchar', `${name}($1, ${blank})`],
      ['varchar, varchar -> varchar', `${name}($1, $2)`],
    ),
  )
const invalid = (type: Type, text: string) => raiseSql(type, `'INVALID_FUNCTION_ARGUMENT: ${text}'`)

const substringForms = [
  [
    'varchar, bigint -> varchar',
    `CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL WHEN $2 = 0 OR abs($2) > length($1) THEN '' ELSE substring($1, $2) END`,
  ],
  [
    'varchar, bigint, bigint -> varchar',
    `CASE WHEN $1 IS NULL OR $2 IS NULL OR $3 IS NULL THEN NULL WHEN $2 = 0 OR abs($2) > length($1) OR $3 <= 0 THEN '' ELSE substring($1, $2, least($3, 4294967295)) END`,
  ],
] as const

/** A part of bytes, cut from their hexadecimal digits. */
function bytesSlice(digits: string): string {
  // NULL alone has no type in the engine.
  const size = 'octet_length(CAST($1 AS BLOB))'
  const from = `CASE WHEN $2 > 0 THEN $2 ELSE ${size} + $2 + 1 END`
  return `CASE WHEN $1 IS NULL OR $2 IS NULL OR ${digits.replace('length($1)', size)} IS NULL THEN NULL WHEN $2 = 0 OR abs($2) > ${size} THEN unhex('')
    ELSE unhex(substring(hex($1), 2 * (${from}) - 1, ${digits.replace('length($1)', size)})) END`
}

/** Characters of one value that a query may ask for: Athena's rows end at 32 MB, and who asks for more fails at once instead of in a minute. */
const paddedMax = 2 ** 25

const padding = (name: 'lpad' | 'rpad') =>
  forms(
    [
      'varchar, bigint, varchar -> varchar',
      `CASE WHEN $2 < 0 OR $2 > 2147483647 THEN ${invalid(VARCHAR, 'Target length must be in the range [0..2147483647]')}
      WHEN $3 = '' THEN ${invalid(VARCHAR, 'Padding string must not be empty')}
      WHEN $2 > ${paddedMax} THEN ${raiseSql(VARCHAR, `'EXCEEDED_MEMORY_LIMIT: Query exhausted resources at this scale factor'`)} ELSE ${name}($1, CAST($2 AS INTEGER), $3) END`,
    ],
    [
      'varbinary, bigint, varbinary -> varbinary',
      `CASE WHEN $2 < 0 OR $2 > 2147483647 THEN ${invalid(VARBINARY, 'Target length must be in the range [0..2147483647]')}
      WHEN octet_length($3) = 0 THEN ${invalid(VARBINARY, 'Padding bytes must not be empty')}
      WHEN $2 > ${paddedMax} THEN ${raiseSql(VARBINARY, `'EXCEEDED_MEMORY_LIMIT: Query exhausted resources at this scale factor'`)}
      WHEN $2 <= octet_length($1) THEN unhex(left(hex($1), CAST(2 * $2 AS BIGINT)))
      ELSE unhex(${name}(hex($1), CAST(2 * $2 AS INTEGER), hex($3))) END`,
    ],
  )

const pairsMap = (value: string) =>
  `map_from_entries(list_transform(trino_${value === 'x[2]' ? 'pairs' : 'multi_pairs'}($1, $2, $3), lambda x: {'k': x[1], 'v': ${value}}))`

/** https://trino.io/docs/current/functions/string.html */
export const stringFunctions: FunctionTable = {
  length: forms(['varchar -> bigint', 'length($1)'], ['varbinary -> bigint', 'octet_length($1)']),
  // The engine makes a capital of this one letter that Java leaves.
  upper: keepsChar(
    forms([
      'varchar -> varchar',
      `CASE WHEN contains($1, 'ß') THEN trino_upper($1) ELSE upper($1) END`,
    ]),
  ),
  lower: keepsChar(forms(['varchar -> varchar', 'lower($1)'])),
  trim: trimmed('trim'),
  ltrim: trimmed('ltrim'),
  rtrim: trimmed('rtrim'),
  substr: forms(
    ...substringForms,
    ['varbinary, bigint -> varbinary', bytesSlice('2 * length($1)')],
    ['varbinary, bigint, bigint -> varbinary', bytesSlice('2 * $3')],
  ),
  substring: forms(...substringForms),
  concat: own('varchar...', (args, { at }) =>
    args.length < 2 ? undefined : concatenate(args, at),
  ),
  concat_ws: forms(
    [
      'varchar, array(varchar) -> varchar',
      'CASE WHEN $1 IS NOT NULL THEN array_to_string($2, $1) END',
    ],
    ['varchar, varchar, varchar... -> varchar', 'concat_ws($*)'],
  ),
  format: own('varchar, any...', ([pattern, ...values], context) => {
    if (!pattern || values.length === 0 || !canBeText(pattern.type)) return undefined
    const letters = values.map((value) => formatLetter(value.type)).join('')
    const texts = values.map((value) => formatText(value, context))
    const sql = `trino_format(${pattern.sql}, '${letters}', [${texts.join(', ')}])`
    return { sql, type: VARCHAR }
  }),
  replace: forms(
    ['varchar, varchar -> varchar', `replace($1, $2, '')`],
    [
      'varchar, varchar, varchar -> varchar',
      `CASE WHEN $2 = '' THEN trino_interleave($1, $3) ELSE replace($1, $2, $3) END`,
    ],
  ),
  reverse: forms(
    ['varchar -> varchar', 'trino_reverse($1)'],
    ['varbinary -> varbinary', 'trino_reverse_bytes($1)'],
    ['array(T) -> array(T)', 'list_reverse($1)'],
  ),
  strpos: forms(
    ['varchar, varchar -> bigint', 'instr($1, $2)'],
    ['varchar, varchar, bigint -> bigint', 'trino_nth_position($1, $2, $3)'],
  ),
  starts_with: forms(['varchar, varchar -> boolean', 'starts_with($1, $2)']),
  split: forms(
    [
      'varchar, varchar -> array(varchar)',
      `CASE WHEN $2 = '' THEN ${invalid(arrayOf(VARCHAR), 'The delimiter may not be the empty string')} WHEN $2 IS NOT NULL THEN string_split($1, $2) END`,
    ],
    ['varchar, varchar, bigint -> array(varchar)', 'trino_split($1, $2, $3)'],
  ),
  split_part: forms([
    'varchar, varchar, bigint -> varchar',
    `CASE WHEN $3 <= 0 THEN ${invalid(VARCHAR, 'Index must be greater than zero')} WHEN $2 IS NOT NULL THEN string_split($1, $2)[$3] END`,
  ]),
  split_to_map: forms(['varchar, varchar, varchar -> map(varchar, varchar)', pairsMap('x[2]')]),
  split_to_multimap: forms([
    'varchar, varchar, varchar -> map(varchar, array(varchar))',
    pairsMap('x[2:]'),
  ]),
  lpad: padding('lpad'),
  rpad: padding('rpad'),
  chr: forms([
    'bigint -> varchar',
    `CASE WHEN $1 < 0 OR $1 > 1114111 OR $1 BETWEEN 55296 AND 57343 THEN ${raiseSql(VARCHAR, `'INVALID_FUNCTION_ARGUMENT: Not a valid Unicode code point: ', $1`)} ELSE chr(CAST($1 AS INTEGER)) END`,
  ]),
  codepoint: forms([
    'varchar -> integer',
    `CASE WHEN length($1) <> 1 THEN ${invalid(INTEGER, 'Input string must be a single character string')} ELSE unicode($1) END`,
  ]),
  translate: forms(['varchar, varchar, varchar -> varchar', 'translate($1, $2, $3)']),
  levenshtein_distance: forms(['varchar, varchar -> bigint', 'trino_levenshtein($1, $2)']),
  hamming_distance: forms(['varchar, varchar -> bigint', 'trino_hamming($1, $2)']),
  soundex: forms(['varchar -> varchar', 'trino_soundex($1)']),
  luhn_check: forms(['varchar -> boolean', 'trino_luhn($1)']),
  uuid: own('', (args) =>
    args.length > 0 ? undefined : { sql: 'uuid()', type: { kind: 'uuid' } },
  ),
  normalize: forms(['varchar, varchar -> varchar', 'trino_normalize($1, $2)']),
  ...regexpFunctions,
  ...urlFunctions,
  ...binaryFunctions,
}

/** What a value is to Java's formatter. */
function formatLetter(type: Type): string {
  if (isInteger(type)) return 'i'
  if (isFloating(type)) return 'f'
  const letters: Readonly<Record<string, string>> = {
    decimal: 'n',
    boolean: 'b',
    date: 'd',
    timestamp: 't',
  }
  return letters[type.kind] ?? 's'
}

/** A value's text for the formatter: dates and times in the form of ISO, which is theirs in Java. */
function formatText(value: Typed, { at }: CallContext): string {
  const { sql, type } = value
  if (type.kind === 'unknown') return 'CAST(NULL AS VARCHAR)'
  if (type.kind === 'timestamp') {
    const whole = clockSql(sql, '%Y-%m-%dT%H:%M:%S', 6)
    // Java leaves out the seconds when there are none, and shows them by threes of digits.
    return `regexp_replace(regexp_replace(regexp_replace(${whole}, '([.]\\d{3})000$', '\\1'), '[.]000$', ''), ':00$', '')`
  }
  return isText(type) || isFloating(type) ? textSql(sql, type) : castSql(sql, type, VARCHAR, at)
}

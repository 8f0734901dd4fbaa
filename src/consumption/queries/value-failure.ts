/** A failure over a value, in Trino's name and text. */
export interface ValueFailure {
  readonly name: string
  readonly message: string
}

type Rule = readonly [RegExp, (...found: string[]) => ValueFailure]

/** The engine's types as Trino's texts call them. */
const integers: Readonly<Record<string, string>> = {
  INT8: 'tinyint',
  INT16: 'smallint',
  INT32: 'integer',
  INT64: 'bigint',
}

const outOfRange = (message: string) => ({ name: 'NUMERIC_VALUE_OUT_OF_RANGE', message })
const notCast = (message: string) => ({ name: 'INVALID_CAST_ARGUMENT', message })

const rules: readonly Rule[] = [
  [
    /Overflow in (addition|subtraction|multiplication) of (INT\d+) \((-?\d+ [-+*] -?\d+)\)/,
    (operation, type, terms) =>
      outOfRange(`${integers[type!] ?? 'number'} ${operation} overflow: ${terms}`),
  ],
  [/Overflow in \w+ of DECIMAL/, () => outOfRange('Decimal overflow')],
  [/Overflow in negation/, () => outOfRange('negation overflow')],
  [
    /Overflow on abs\((-\d+)\)/,
    (value) => outOfRange(`Value ${value} is out of range for abs(${leastOf(value!)})`),
  ],
  // A sum of whole numbers has more digits in the engine.
  [
    /Type INT128 with value (\S+) can't be cast .* destination type INT64/,
    (value) => outOfRange(`bigint addition overflow: ${value}`),
  ],
  [
    /Type (DOUBLE|FLOAT) with value (\S+) can't be cast .* destination type (INT\d+)/,
    (from, value, to) => floatingFailure(from!, javaText(value!), integers[to!] ?? to!),
  ],
  [
    /Type \w+ with value (\S+) can't be cast .* destination type (\w+)/,
    (value, to) => outOfRange(`Out of range for ${integers[to!] ?? to!.toLowerCase()}: ${value}`),
  ],
  [
    /Failed to cast decimal value (\S+) to type (INT\d+)/,
    (value, to) => notCast(`Cannot cast '${value}' to ${(integers[to!] ?? to!).toUpperCase()}`),
  ],
  [
    /Could not convert string '([\s\S]*)' to (INT\d+)/,
    (text, to) => notCast(`Cannot cast '${text}' to ${textTarget(to!)}`),
  ],
  [
    /Could not convert string ["']([\s\S]*)["'] to DECIMAL\((\d+),(\d+)\)/,
    (text, precision, scale) => notCast(`Cannot cast '${text}' to DECIMAL(${precision}, ${scale})`),
  ],
  [
    /(?:Could not cast value|Casting value) "?(\S+?)"? to (?:type )?DECIMAL\((\d+),(\d+)\)/,
    (value, precision, scale) =>
      notCast(`Cannot cast '${value}' to DECIMAL(${precision}, ${scale})`),
  ],
  [
    /(date|timestamp|time) field value out of range: "([^"]*)"/,
    (type, text) => notCast(`Value cannot be cast to ${type}: ${text}`),
  ],
  [
    /More than one row returned by a subquery/,
    () => ({
      name: 'SUBQUERY_MULTIPLE_ROWS',
      message: 'Scalar sub-query has returned multiple rows',
    }),
  ],
]

/** What the engine says of a value, as Trino would; undefined for anything else. Its rows' types are in the text, not in the rules. */
export function valueFailure(reason: string): ValueFailure | undefined {
  if (!/^(Out of Range|Conversion|Invalid Input) Error: /.test(reason)) return undefined
  for (const [pattern, failure] of rules) {
    const found = pattern.exec(reason)
    if (found) return failure(...found.slice(1))
  }
  return undefined
}

function floatingFailure(from: string, value: string, to: string): ValueFailure {
  if (value === 'NaN' && (from === 'FLOAT' || to !== 'bigint')) {
    return notCast(`Cannot cast ${from === 'FLOAT' ? 'real' : 'double'} NaN to ${to}`)
  }
  if (to === 'bigint') return notCast(`Unable to cast ${value} to bigint`)
  return outOfRange(`Out of range for ${to}: ${value}`)
}

function textTarget(type: string): string {
  return type === 'INT32' ? 'INT' : (integers[type] ?? type).toUpperCase()
}

/** The type whose least value it is. */
function leastOf(value: string): string {
  const least = { '-128': 'tinyint', '-32768': 'smallint', '-2147483648': 'integer' }
  return (least as Readonly<Record<string, string>>)[value] ?? 'bigint'
}

/** The engine's text of a double as Java has it. */
function javaText(text: string): string {
  if (/nan/.test(text)) return 'NaN'
  if (/inf/.test(text)) return `${text.startsWith('-') ? '-' : ''}Infinity`
  const value = Number(text)
  const size = Math.abs(value)
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value)
  const [digits, exponent] = value.toExponential().split('e')
  return `${digits!.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`
}

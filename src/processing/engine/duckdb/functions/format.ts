import { type EngineFunction, FunctionFailure, engineFunction } from './function.ts'

/** What a value is to Java's Formatter: the kind that its SQL type becomes. */
type Kind = 'integer' | 'double' | 'decimal' | 'boolean' | 'text' | 'date' | 'timestamp'

interface Argument {
  readonly kind: Kind
  /** Digits, `1.5E7`, text, or an ISO date; null for NULL. */
  readonly value: string | null
}

interface Directive {
  readonly flags: string
  readonly width: number | undefined
  readonly precision: number | undefined
  readonly conversion: string
}

const directive = /%(\d+\$|<)?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([tT]?[a-zA-Z%])/y

/** Java's String.format: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Formatter.html */
function format(pattern: string, args: readonly Argument[]): string {
  const invalid = (why: string) =>
    new FunctionFailure('INVALID_FUNCTION_ARGUMENT', `Invalid format string: ${pattern} (${why})`)
  let made = ''
  let ordinary = 0
  let last = -1
  for (let at = 0; at < pattern.length;) {
    const next = pattern.indexOf('%', at)
    if (next < 0) return made + pattern.slice(at)
    made += pattern.slice(at, next)
    directive.lastIndex = next
    const found = directive.exec(pattern)
    if (!found) throw invalid(`UnknownFormatConversion: Conversion = '%'`)
    at = directive.lastIndex
    const [, which, flags = '', width, precision, conversion = ''] = found
    const parts: Directive = {
      flags,
      width: width === undefined ? undefined : Number(width),
      precision: precision === undefined ? undefined : Number(precision),
      conversion,
    }
    if (conversion === '%' || conversion === 'n') {
      made += conversion === 'n' ? '\n' : padded('%', parts)
      continue
    }
    if (which === '<') {
      if (last < 0) throw invalid('MissingFormatArgument')
    } else last = which ? Number(which.slice(0, -1)) - 1 : ordinary++
    const argument = args[last]
    if (!argument) throw invalid(`MissingFormatArgument: Format specifier '${found[0]}'`)
    made += converted(argument, parts, invalid)
  }
  return made
}

function padded(text: string, { flags, width }: Directive): string {
  if (width === undefined || text.length >= width) return text
  return flags.includes('-') ? text.padEnd(width) : text.padStart(width)
}

function converted(argument: Argument, parts: Directive, invalid: (why: string) => Error): string {
  const { conversion, precision, flags } = parts
  const { kind, value } = argument
  const lower = conversion[0]!.toLowerCase()
  const cased = (text: string) => (conversion[0] === lower ? text : text.toUpperCase())
  const wrong = () => {
    const classes: Readonly<Record<Kind, string>> = {
      integer: 'Long',
      double: 'Double',
      decimal: 'math.BigDecimal',
      boolean: 'Boolean',
      text: 'String',
      date: 'time.LocalDate',
      timestamp: 'time.LocalDateTime',
    }
    return invalid(`IllegalFormatConversion: ${conversion} != java.lang.${classes[kind]}`)
  }
  if (/[#]/.test(flags)) {
    throw new FunctionFailure('NOT_SUPPORTED', 'format is supported without the flag #')
  }
  switch (lower) {
    case 's':
    case 'b': {
      let text = value ?? 'null'
      if (lower === 'b') text = kind === 'boolean' ? (value ?? 'false') : String(value !== null)
      return padded(cased(precision === undefined ? text : text.slice(0, precision)), parts)
    }
    case 'd':
    case 'x':
    case 'o': {
      if (value === null) return padded('null', parts)
      if (kind !== 'integer' || precision !== undefined) throw wrong()
      const number = BigInt(value)
      if (lower === 'd') return signed(number < 0n, String(number < 0n ? -number : number), parts)
      if (/[+ ,(]/.test(flags)) throw invalid('FormatFlagsConversionMismatch')
      const text = BigInt.asUintN(64, number).toString(lower === 'x' ? 16 : 8)
      return cased(zeros(text, '', parts))
    }
    case 'f':
    case 'e': {
      if (value === null) return padded('null', parts)
      if (kind !== 'double' && kind !== 'decimal') throw wrong()
      if (/NaN|Infinity/.test(value)) return notFinite(value, parts)
      const { negative, digits, point } = decimalOf(value)
      const text =
        lower === 'f'
          ? fixed(digits, point, precision ?? 6)
          : scientific(digits, point, precision ?? 6)
      return signed(negative, cased(text), parts)
    }
    case 't': {
      if (value === null) return padded('null', parts)
      if (kind !== 'date' && kind !== 'timestamp') throw wrong()
      return padded(cased(moment(value, conversion[1]!)), parts)
    }
    default:
      if ('cgah'.includes(lower)) {
        throw new FunctionFailure('NOT_SUPPORTED', `format is not supported with %${conversion}`)
      }
      throw invalid(`UnknownFormatConversion: Conversion = '${conversion}'`)
  }
}

function notFinite(value: string, parts: Directive): string {
  const size = value.replace('-', '')
  const sign = value.startsWith('-') ? '-' : parts.flags.includes('+') && size !== 'NaN' ? '+' : ''
  const text = value.startsWith('-') && parts.flags.includes('(') ? `(${size})` : sign + size
  return padded(text, parts)
}

/** Grouping, sign and filling of a number's text. */
function signed(negative: boolean, size: string, parts: Directive): string {
  const { flags } = parts
  let text = size
  if (flags.includes(',')) {
    const [whole = '', ...rest] = size.split('.')
    text = [whole.replaceAll(/\B(?=(\d{3})+$)/g, ','), ...rest].join('.')
  }
  if (negative && flags.includes('(')) {
    const inner = flags.includes('0') ? text.padStart((parts.width ?? 0) - 2, '0') : text
    return padded(`(${inner})`, parts)
  }
  return zeros(
    text,
    negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '',
    parts,
  )
}

function zeros(text: string, sign: string, parts: Directive): string {
  const width = parts.width ?? 0
  return parts.flags.includes('0')
    ? sign + text.padStart(width - sign.length, '0')
    : padded(sign + text, parts)
}

/** The digits of `-12.5E3` without sign, and how many of them stand before the point. */
function decimalOf(text: string): { negative: boolean; digits: string; point: number } {
  const found = /^(-?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text)!
  const digits = found[2]! + found[3]!
  const leading = /^0*/.exec(digits)![0].length
  const point = found[2]!.length + Number(found[4] ?? 0) - leading
  return { negative: found[1] === '-', digits: digits.slice(leading), point }
}

/** The first `keep` digits, rounded half up, as a whole number's text. */
function rounded(digits: string, keep: number): string {
  if (keep < 0) return '0'
  const whole = BigInt(digits.slice(0, keep).padEnd(keep, '0') || '0')
  return String(whole + ((digits[keep] ?? '0') >= '5' ? 1n : 0n))
}

function fixed(digits: string, point: number, places: number): string {
  const text = rounded(digits, point + places).padStart(places + 1, '0')
  return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`
}

function scientific(digits: string, point: number, places: number): string {
  const zero = digits === ''
  let text = zero ? '0'.repeat(places + 1) : rounded(digits, places + 1)
  let exponent = zero ? 0 : point - 1
  if (text.length > places + 1) {
    text = text.slice(0, -1)
    exponent++
  }
  const sign = exponent < 0 ? '-' : '+'
  const size = String(Math.abs(exponent)).padStart(2, '0')
  return `${text[0]}${places === 0 ? '' : `.${text.slice(1)}`}e${sign}${size}`
}

/** One part of a date or time, `2024-01-31T10:11:12.123`. */
function moment(value: string, part: string): string {
  const [day = '', clock = '00:00:00'] = value.split('T')
  const date = new Date(`${day}T00:00:00Z`)
  const [hour = 0, minute = 0, second = '0'] = clock.split(':').map(Number)
  const two = (number: number) => String(number).padStart(2, '0')
  const named = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...options }).format(date)
  const year = day.slice(0, -6)
  switch (part) {
    case 'Y':
      return year.padStart(4, '0')
    case 'y':
      return year.slice(-2)
    case 'm':
      return two(date.getUTCMonth() + 1)
    case 'd':
      return two(date.getUTCDate())
    case 'e':
      return String(date.getUTCDate())
    case 'B':
      return named({ month: 'long' })
    case 'b':
    case 'h':
      return named({ month: 'short' })
    case 'A':
      return named({ weekday: 'long' })
    case 'a':
      return named({ weekday: 'short' })
    case 'j': {
      const first = Date.UTC(date.getUTCFullYear(), 0, 1)
      return String((date.getTime() - first) / 86_400_000 + 1).padStart(3, '0')
    }
    case 'F':
      return day
    case 'D':
      return `${day.slice(-5, -3)}/${day.slice(-2)}/${year.slice(-2)}`
  }
  if (!value.includes('T')) {
    throw new FunctionFailure('NOT_SUPPORTED', `format is not supported with %t${part} of a date`)
  }
  switch (part) {
    case 'H':
      return two(hour)
    case 'k':
      return String(hour)
    case 'I':
      return two(hour % 12 || 12)
    case 'l':
      return String(hour % 12 || 12)
    case 'M':
      return two(minute)
    case 'S':
      return two(Math.floor(Number(second)))
    case 'p':
      return hour < 12 ? 'am' : 'pm'
    case 'R':
      return `${two(hour)}:${two(minute)}`
    case 'T':
      return `${two(hour)}:${two(minute)}:${two(Math.floor(Number(second)))}`
    default:
      throw new FunctionFailure('NOT_SUPPORTED', `format is not supported with %t${part}`)
  }
}

/** The kinds of the values are one letter each, in their order. */
const kinds: Readonly<Record<string, Kind>> = {
  i: 'integer',
  f: 'double',
  n: 'decimal',
  b: 'boolean',
  s: 'text',
  d: 'date',
  t: 'timestamp',
}

export const formatFunctions: readonly EngineFunction[] = [
  engineFunction('trino_format', ['text', 'text', 'texts'], 'text', (pattern, letters, values) =>
    format(
      pattern,
      values.map((value, index) => ({ kind: kinds[letters[index]!]!, value })),
    ),
  ),
]

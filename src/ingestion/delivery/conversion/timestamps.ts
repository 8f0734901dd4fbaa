import { DeliveryErrors } from '../errors.ts'

/**
 * A pattern of Joda's DateTimeFormat as one of the engine's `strptime`. Error: `InvalidDelivery` for what has no equal there.
 * https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html
 */
export function toStrptime(joda: string): string {
  let out = ''
  const matcher = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']/gsuy
  while (matcher.lastIndex < joda.length) {
    const found = matcher.exec(joda)
    if (!found) throw unsupported(joda)
    const [text, quoted, letter] = found
    if (quoted !== undefined) {
      out += literal(quoted === '' ? "'" : quoted.replaceAll("''", "'"))
    } else if (letter === undefined) out += literal(text)
    else {
      const specifier = specifierOf(text)
      if (!specifier) throw unsupported(joda)
      out += specifier
    }
  }
  return out
}

function literal(text: string): string {
  return text.replaceAll('%', '%%')
}

function specifierOf(run: string): string | undefined {
  switch (run[0]) {
    case 'y':
      return run.length === 2 ? '%y' : '%Y'
    case 'M':
      return run.length < 3 ? '%m' : run.length === 3 ? '%b' : '%B'
    case 'd':
      return '%d'
    case 'D':
      return '%j'
    case 'E':
      return run.length < 4 ? '%a' : '%A'
    case 'H':
      return '%H'
    case 'h':
      return '%I'
    case 'a':
      return '%p'
    case 'm':
      return '%M'
    case 's':
      return '%S'
    case 'S':
      return run.length === 3 ? '%g' : run.length <= 6 ? '%f' : '%n'
    case 'Z':
    case 'X':
      return '%z'
    default:
      return undefined
  }
}

function unsupported(pattern: string): Error {
  return DeliveryErrors.InvalidDelivery(
    `The timestamp format '${pattern}' is not supported. Use the letters y, M, d, D, E, H, h, a, m, s, S and Z, or millis.`,
  )
}

import { type EngineFunction, FunctionFailure, engineFunction } from './function.ts'

/** Parts of a URI as java.net.URI finds them; undefined for what it has not. */
interface Uri {
  readonly scheme?: string
  readonly host?: string
  readonly port?: bigint
  readonly path?: string
  readonly query?: string
  readonly fragment?: string
}

const escaped = '%[0-9A-Fa-f]{2}'
/** Java lets all letters beyond ASCII through that are neither control signs nor spaces. */
const other = '[^\\u0000-\\u009f\\p{Z}]'
const unreserved = "A-Za-z0-9_.!~*'()\\-"
const legal = (more: string) => new RegExp(`^(?:[${unreserved}${more}]|${escaped}|${other})*$`, 'u')
const pathSigns = legal(':@&=+$,;/')
const querySigns = legal(';/?:@&=+$,\\[\\]')
const registrySigns = legal('$,;:@&=+')
const userSigns = legal(';:&=+$,')
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?'
const topLabel = '[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?'
const hostName = new RegExp(`^(?:${label}\\.)*${topLabel}\\.?$`)

/** Undefined when Java would not take it. https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/net/URI.html */
function parseUri(text: string): Uri | undefined {
  const hash = text.indexOf('#')
  const fragment = hash < 0 ? undefined : text.slice(hash + 1)
  if (fragment !== undefined && !querySigns.test(fragment)) return undefined
  const rest = hash < 0 ? text : text.slice(0, hash)
  const scheme = /^([^/?#:]*):/.exec(rest)?.[1]
  if (scheme === undefined) return hierarchical(rest, { fragment })
  if (!/^[A-Za-z][A-Za-z0-9+.-]*$/.test(scheme)) return undefined
  const specific = rest.slice(scheme.length + 1)
  if (specific === '') return undefined
  if (specific.startsWith('/')) return hierarchical(specific, { scheme, fragment })
  return querySigns.test(specific) ? { scheme, fragment } : undefined
}

function hierarchical(text: string, known: Pick<Uri, 'scheme' | 'fragment'>): Uri | undefined {
  const mark = text.indexOf('?')
  const query = mark < 0 ? undefined : text.slice(mark + 1)
  if (query !== undefined && !querySigns.test(query)) return undefined
  const front = mark < 0 ? text : text.slice(0, mark)
  if (!front.startsWith('//')) {
    return pathSigns.test(front) ? { ...known, path: front, query } : undefined
  }
  const slash = front.indexOf('/', 2)
  const authority = slash < 0 ? front.slice(2) : front.slice(2, slash)
  const path = slash < 0 ? '' : front.slice(slash)
  if (!pathSigns.test(path)) return undefined
  if (authority === '')
    return path === '' && query === undefined ? undefined : { ...known, path, query }
  const server = serverOf(authority)
  if (!server && !registrySigns.test(authority)) return undefined
  return { ...known, ...server, path, query }
}

function serverOf(authority: string): Pick<Uri, 'host' | 'port'> | undefined {
  const at = authority.lastIndexOf('@')
  if (at >= 0 && !userSigns.test(authority.slice(0, at))) return undefined
  const found = /^(\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]|[^:[\]]*)(?::(\d*))?$/.exec(
    authority.slice(at + 1),
  )
  if (!found) return undefined
  const host = found[1]!
  const numbers = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)
  const address = numbers?.slice(1).every((each) => Number(each) <= 255)
  if (!host.startsWith('[') && !address && !hostName.test(host)) return undefined
  const port = found[2] ? BigInt(found[2]) : undefined
  return port !== undefined && port > 2147483647n ? undefined : { host, port }
}

/** Escapes as the text that they stand for, bytes that are no text as U+FFFD. */
function decoded(text: string | undefined): string {
  return (text ?? '').replaceAll(new RegExp(`(?:${escaped})+`, 'g'), (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  )
}

/** `application/x-www-form-urlencoded`, as Java's URLEncoder writes it. */
function encodeForm(text: string): string {
  let made = ''
  for (const byte of Buffer.from(text)) {
    const char = String.fromCharCode(byte)
    if (/[A-Za-z0-9_.*-]/.test(char)) made += char
    else made += char === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return made
}

function decodeForm(text: string): string {
  const wrong = /%(?![0-9A-Fa-f]{2})/.exec(text)
  if (wrong) {
    const why = wrong.index + 2 < text.length ? 'Illegal hex characters in' : 'Incomplete trailing'
    throw new FunctionFailure('INVALID_FUNCTION_ARGUMENT', `URLDecoder: ${why} escape (%) pattern`)
  }
  return decoded(text.replaceAll('+', ' '))
}

function parameterOf(text: string, name: string): string | null {
  const query = parseUri(text)?.query
  if (query === undefined) return null
  for (const pair of query.split('&')) {
    const sign = pair.indexOf('=')
    const key = sign < 0 ? pair : pair.slice(0, sign)
    if (decodeForm(key) === name) return sign < 0 ? '' : decodeForm(pair.slice(sign + 1))
  }
  return null
}

const part = (name: string, of: (uri: Uri) => string) =>
  engineFunction(name, ['text'], 'text', (text) => {
    const uri = parseUri(text)
    return uri ? of(uri) : null
  })

/** https://trino.io/docs/current/functions/url.html */
export const urlFunctions: readonly EngineFunction[] = [
  part('trino_url_protocol', (uri) => uri.scheme ?? ''),
  part('trino_url_host', (uri) => uri.host ?? ''),
  part('trino_url_path', (uri) => decoded(uri.path)),
  part('trino_url_query', (uri) => decoded(uri.query)),
  part('trino_url_fragment', (uri) => decoded(uri.fragment)),
  engineFunction('trino_url_port', ['text'], 'bigint', (text) => parseUri(text)?.port ?? null),
  engineFunction('trino_url_parameter', ['text', 'text'], 'text', parameterOf),
  engineFunction('trino_url_encode', ['text'], 'text', encodeForm),
  engineFunction('trino_url_decode', ['text'], 'text', decodeForm),
]

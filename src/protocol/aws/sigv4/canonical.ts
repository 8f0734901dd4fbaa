import { hash } from 'node:crypto'

/**
 * The canonical request of Signature Version 4, from a request exactly as it was sent.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * All strings here hold one byte in each character (latin1), as Node gives paths and headers, so that bytes
 * which are not ASCII are hashed as they came.
 */
export interface CanonicalInput {
  readonly method: string
  readonly rawPath: string
  readonly rawQuery: string
  readonly headers: Readonly<Record<string, string>>
  /** Lower-case names in the order of the signature, as listed by the signer. */
  readonly signedHeaders: readonly string[]
  /** Hexadecimal SHA-256, or one of the words of `x-amz-content-sha256`. */
  readonly payloadHash: string
  readonly pathStyle: PathStyle
}

/**
 * S3 decodes the path and encodes it anew, and changes nothing else; all others normalise it and encode it once more.
 * `sent` takes it as it came: some clients of S3 sign what they send, with an encoding of their own.
 */
export type PathStyle = 's3' | 'normalised' | 'sent'

export function canonicalRequest(input: CanonicalInput): string {
  const path = pathOf[input.pathStyle](input.rawPath)
  return `${input.method}\n${path}\n${canonicalQuery(input.rawQuery)}\n${canonicalHeaders(
    input.headers,
    input.signedHeaders,
  )}\n${input.signedHeaders.join(';')}\n${input.payloadHash}`
}

const pathOf: Readonly<Record<PathStyle, (rawPath: string) => string>> = {
  s3: canonicalS3Path,
  normalised: canonicalPath,
  sent: (rawPath) => rawPath,
}

export function canonicalRequestHash(text: string): string {
  return sha256Hex(Buffer.from(text, 'latin1'))
}

export function sha256Hex(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex')
}

const plainPath = /^[\w\-.~/]*$/

/** The path decoded and encoded once: what S3 does, whatever its client left unencoded. */
export function canonicalS3Path(rawPath: string): string {
  return plainPath.test(rawPath) ? rawPath : encode(decode(rawPath), true)
}

/** Dot segments and empty ones removed, then encoded once more as it stands. */
export function canonicalPath(rawPath: string): string {
  if (rawPath === '' || rawPath === '/') return '/'
  const kept: string[] = []
  for (const segment of rawPath.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') kept.pop()
    else kept.push(segment)
  }
  const path = `/${kept.join('/')}${kept.length > 0 && rawPath.endsWith('/') ? '/' : ''}`
  return plainPath.test(path) ? path : encode(path, true)
}

/** Name and value of each parameter, decoded. `+` is a space, as in forms. */
export function queryParameters(rawQuery: string): [name: string, value: string][] {
  const pairs: [string, string][] = []
  if (rawQuery === '') return pairs
  for (const part of rawQuery.split('&')) {
    if (part === '') continue
    const mark = part.indexOf('=')
    const name = mark < 0 ? part : part.slice(0, mark)
    const value = mark < 0 ? '' : part.slice(mark + 1)
    pairs.push([decodeParameter(name), decodeParameter(value)])
  }
  return pairs
}

/** Parameters encoded, then sorted by name and by value. The signature itself is left out. */
export function canonicalQuery(rawQuery: string): string {
  if (rawQuery === '') return ''
  const pairs: [string, string][] = []
  for (const [name, value] of queryParameters(rawQuery)) {
    if (name !== 'X-Amz-Signature') pairs.push([encode(name, false), encode(value, false)])
  }
  pairs.sort(([nameA, valueA], [nameB, valueB]) =>
    nameA === nameB ? order(valueA, valueB) : order(nameA, nameB),
  )
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

/** Values trimmed, runs of white space inside made one space; one line each, the last with its line end. */
export function canonicalHeaders(
  headers: Readonly<Record<string, string>>,
  names: readonly string[],
): string {
  let text = ''
  for (const name of names) {
    // Clients that speak HTTP/2 sign the pseudo-header; a request carries it as `host`.
    const value = headers[name === ':authority' ? 'host' : name] ?? ''
    text += `${name}:${plainValue.test(value) ? value : value.replace(/\s+/g, ' ').trim()}\n`
  }
  return text
}

/** No white space at the ends, and never two together. */
const plainValue = /^(?:\S+(?: \S+)*)?$/

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const plainParameter = /^[\w\-.~]*$/

function decodeParameter(text: string): string {
  if (plainParameter.test(text)) return text
  return decode(text.includes('+') ? text.replaceAll('+', ' ') : text)
}

/** Percent-decoding of bytes; a stray percent sign stands for itself. */
function decode(text: string): string {
  if (!text.includes('%')) return text
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

/** Percent-encoding of every byte but the unreserved ones of RFC 3986, upper-case. */
function encode(text: string, keepSlash: boolean): string {
  if (plainParameter.test(text)) return text
  let encoded = ''
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    encoded += code === 0x2f && keepSlash ? '/' : encodedBytes[code & 0xff]!
  }
  return encoded
}

const encodedBytes: readonly string[] = Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (/[A-Za-z0-9\-._~]/.test(character)) return character
  return `%${code.toString(16).toUpperCase().padStart(2, '0')}`
})

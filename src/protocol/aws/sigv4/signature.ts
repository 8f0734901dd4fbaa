import type { WireRequest } from '#protocol/http'
import { queryParameters } from './canonical.ts'
import {
  incompleteSignature,
  invalidSignature,
  malformedHeader,
  malformedQuery,
  s3Error,
  type Dialect,
} from './errors.ts'
import { algorithm, type CredentialScope } from './signing.ts'

/** The signature that a request carries, read and checked for form, not yet for truth. */
export interface Signature {
  readonly kind: 'header' | 'presigned'
  readonly accessKeyId: string
  readonly scope: CredentialScope
  /** Lower case, in the signer's order. */
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** `YYYYMMDDTHHMMSSZ`, as it stands in the string to sign. */
  readonly amzDate: string
  readonly signedAtMs: number
  readonly sessionToken: string | undefined
  /** Presigned only: how long the URL is good for, from `signedAtMs`. */
  readonly expiresS: number | undefined
  /** Presigned only: `X-Amz-Content-Sha256` among the parameters. */
  readonly payloadHash: string | undefined
}

const credentialForm =
  'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
const presignedSecondsMax = 604_800

/**
 * Finds the signature of a request; undefined when it carries no credentials at all.
 * Throws the AwsError of the dialect when there is something that is not a whole Signature V4.
 */
export function readSignature(
  request: WireRequest,
  service: string,
  dialect: Dialect,
): Signature | undefined {
  const header = request.headers['authorization']
  const presigned = /(?:^|&)X-Amz-Algorithm(?:[=&]|$)/.test(request.rawQuery)
  if (header !== undefined && presigned) throw twoMechanisms(dialect)
  if (header !== undefined) return fromHeader(request, header, service, dialect)
  if (presigned) return fromQuery(request, service, dialect)
  return undefined
}

function fromHeader(
  request: WireRequest,
  header: string,
  service: string,
  dialect: Dialect,
): Signature {
  const space = header.indexOf(' ')
  const mechanism = space < 0 ? header : header.slice(0, space)
  if (mechanism.startsWith('AWS4-ECDSA')) throw asymmetric(dialect)
  if (dialect === 's3' && mechanism !== algorithm) {
    if (mechanism === 'AWS') throw versionTwo()
    throw s3Error('InvalidArgument', 400, 'Unsupported Authorization Type', {
      ArgumentName: 'Authorization',
      ArgumentValue: header,
    })
  }
  const parts = new Map<string, string>()
  for (const part of space < 0 ? [] : header.slice(space + 1).split(/[, ]+/)) {
    const mark = part.indexOf('=')
    if (mark > 0) parts.set(part.slice(0, mark), part.slice(mark + 1))
  }
  const credential = parts.get('Credential')
  const signedHeaders = parts.get('SignedHeaders')
  const signature = parts.get('Signature')
  const date = request.headers['x-amz-date'] ?? request.headers['date']
  if (!credential || !signedHeaders || !signature || date === undefined) {
    if (dialect === 's3' && date !== undefined) {
      throw malformedHeader(
        'the authorization header requires three components: Credential, SignedHeaders, and Signature.',
      )
    }
    if (dialect === 's3') throw undated()
    let message = ''
    for (const name of ['Credential', 'Signature', 'SignedHeaders']) {
      if (!parts.get(name)) message += `Authorization header requires '${name}' parameter. `
    }
    if (date === undefined) {
      message +=
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
    }
    throw incompleteSignature(dialect, `${message}Authorization=${header}`)
  }
  if (mechanism !== algorithm) {
    throw incompleteSignature(dialect, `Unsupported AWS 'algorithm': '${mechanism}'.`)
  }
  const time = readDate(date)
  if (time === undefined) {
    if (dialect === 's3') throw undated()
    throw incompleteSignature(
      dialect,
      `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    )
  }
  return {
    kind: 'header',
    ...readCredential(credential, time.amzDate, service, dialect, malformedHeader),
    signedHeaders: readSignedHeaders(signedHeaders, request, dialect),
    signature,
    ...time,
    sessionToken: request.headers['x-amz-security-token'],
    expiresS: undefined,
    payloadHash: undefined,
  }
}

function fromQuery(request: WireRequest, service: string, dialect: Dialect): Signature {
  const query = new Map(queryParameters(request.rawQuery))
  const required = ['Algorithm', 'Credential', 'Signature', 'SignedHeaders', 'Date'].map(
    (name) => `X-Amz-${name}`,
  )
  if (query.get('X-Amz-Algorithm')?.startsWith('AWS4-ECDSA')) throw asymmetric(dialect)
  const absent = required.filter((name) => !query.get(name))
  if (dialect === 's3' && (absent.length > 0 || !query.has('X-Amz-Expires'))) {
    throw malformedQuery(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    )
  }
  if (absent.length > 0) {
    const list = absent.map((name) => `AWS query-string parameters must include '${name}'. `)
    throw incompleteSignature(dialect, `${list.join('')}Re-examine the query-string parameters.`)
  }
  if (query.get('X-Amz-Algorithm') !== algorithm) {
    throw dialect === 's3'
      ? malformedQuery(
          'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"',
        )
      : incompleteSignature(
          dialect,
          `Unsupported AWS 'algorithm': '${query.get('X-Amz-Algorithm')}'.`,
        )
  }
  const time = readDate(query.get('X-Amz-Date')!)
  if (time === undefined) {
    const message = "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
    throw dialect === 's3' ? malformedQuery(message) : incompleteSignature(dialect, message)
  }
  const malformed = (message: string) =>
    malformedQuery(`Error parsing the X-Amz-Credential parameter; ${message}`)
  return {
    kind: 'presigned',
    ...readCredential(query.get('X-Amz-Credential')!, time.amzDate, service, dialect, malformed),
    signedHeaders: readSignedHeaders(query.get('X-Amz-SignedHeaders')!, request, dialect),
    signature: query.get('X-Amz-Signature')!,
    ...time,
    sessionToken: query.get('X-Amz-Security-Token') ?? request.headers['x-amz-security-token'],
    expiresS: readExpires(query.get('X-Amz-Expires'), dialect),
    payloadHash: query.get('X-Amz-Content-Sha256'),
  }
}

/** Services other than S3 allow the parameter to be left out: the URL is then good for 15 minutes. */
function readExpires(text: string | undefined, dialect: Dialect): number | undefined {
  if (text === undefined) return undefined
  const complain = (message: string) =>
    dialect === 's3' ? malformedQuery(message) : incompleteSignature(dialect, message)
  if (!/^-?\d{1,15}$/.test(text)) throw complain('X-Amz-Expires should be a number')
  const seconds = Number(text)
  if (seconds < 0) throw complain('X-Amz-Expires must be non-negative')
  if (seconds > presignedSecondsMax) {
    throw complain(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${presignedSecondsMax} seconds`,
    )
  }
  return seconds
}

export function readCredential(
  credential: string,
  amzDate: string,
  service: string,
  dialect: Dialect,
  malformed: (message: string) => Error,
): { readonly accessKeyId: string; readonly scope: CredentialScope } {
  const parts = credential.split('/')
  // An access key id may itself hold slashes, so the scope is read from the end.
  const terminator = parts.pop()
  const [date, region, scopeService] = parts.splice(-3)
  const accessKeyId = parts.join('/')
  if (!terminator || !scopeService || !region || !date || accessKeyId === '') {
    if (dialect === 's3') throw malformed(credentialForm)
    throw incompleteSignature(
      dialect,
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    )
  }
  const scope = { date, region, service: scopeService }
  if (dialect === 's3') {
    checkS3Scope(scope, terminator, amzDate, malformed)
    return { accessKeyId, scope }
  }
  let message = ''
  if (!isRegion(region)) message += 'Credential should be scoped to a valid region. '
  if (scopeService !== service) {
    message += `Credential should be scoped to correct service: '${service}'. `
  }
  if (terminator !== 'aws4_request') {
    message += `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'. `
  }
  if (date !== amzDate.slice(0, 8)) {
    message += `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${amzDate.slice(0, 8)}', from '${amzDate}'. `
  }
  if (message !== '') throw invalidSignature(dialect, message)
  return { accessKeyId, scope }
}

function checkS3Scope(
  scope: CredentialScope,
  terminator: string,
  amzDate: string,
  malformed: (message: string) => Error,
): void {
  if (scope.service !== 's3') {
    throw malformed(`incorrect service "${scope.service}". This endpoint belongs to "s3".`)
  }
  if (terminator !== 'aws4_request') {
    throw malformed(`incorrect terminal "${terminator}". This endpoint uses "aws4_request".`)
  }
  if (!isRegion(scope.region)) throw malformed(`the region '${scope.region}' is wrong.`)
  if (scope.date !== amzDate.slice(0, 8)) {
    throw malformed(
      `Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${amzDate.slice(0, 8)}".`,
    )
  }
}

function isRegion(region: string): boolean {
  return /^[a-z0-9-]{1,64}$/.test(region)
}

function readSignedHeaders(
  list: string,
  request: WireRequest,
  dialect: Dialect,
): readonly string[] {
  const names = list.toLowerCase().split(';')
  if (dialect === 's3') {
    const signed = new Set(names)
    if (signed.has(':authority')) signed.add('host')
    const unsigned = Object.keys(request.headers).filter(
      (name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.has(name),
    )
    if (unsigned.length > 0) {
      throw s3Error(
        'AccessDenied',
        403,
        'There were headers present in the request which were not signed',
        { HeadersNotSigned: unsigned.join(', ') },
      )
    }
    return names
  }
  if (!names.includes('host') && !names.includes(':authority')) {
    throw invalidSignature(
      dialect,
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    )
  }
  return names
}

/** `X-Amz-Date` in ISO-8601 basic form, or `Date` in that or the HTTP form. */
export function readDate(
  text: string,
): { readonly amzDate: string; readonly signedAtMs: number } | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (match) {
    const [, year, month, day, hour, minute, second] = match
    const signedAtMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
    return Number.isNaN(signedAtMs) ? undefined : { amzDate: text, signedAtMs }
  }
  if (!/^[A-Z][a-z]{2}, /.test(text)) return undefined
  const signedAtMs = Date.parse(text)
  return Number.isNaN(signedAtMs) ? undefined : { amzDate: amzDateOf(signedAtMs), signedAtMs }
}

/** `YYYYMMDDTHHMMSSZ`. */
export function amzDateOf(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}

function twoMechanisms(dialect: Dialect): Error {
  if (dialect === 's3') {
    return s3Error(
      'InvalidArgument',
      400,
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    )
  }
  return invalidSignature(
    dialect,
    "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
  )
}

function versionTwo(): Error {
  return s3Error(
    'InvalidRequest',
    400,
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  )
}

function asymmetric(dialect: Dialect): Error {
  const message =
    'Signature Version 4A (AWS4-ECDSA-P256-SHA256) is not supported here. Please use AWS4-HMAC-SHA256.'
  if (dialect === 's3') return s3Error('InvalidRequest', 400, message)
  return incompleteSignature(dialect, message)
}

function undated(): Error {
  return s3Error(
    'AccessDenied',
    403,
    'AWS authentication requires a valid Date or x-amz-date header',
  )
}

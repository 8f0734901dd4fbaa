import { createHash, timingSafeEqual } from 'node:crypto'
import { BufferPool, TooLargeError, collectOwned, type Clock } from '#kit'
import type { WireRequest } from '#protocol/http'
import type { Authenticated, AuthenticationScope, Authenticator } from '../authenticator.ts'
import type { Caller } from '../operation.ts'
import { AwsError } from '../service.ts'
import { canonicalRequest, sha256Hex, type PathStyle } from './canonical.ts'
import type { Credential, CredentialSource } from './credential-source.ts'
import { dialectOf, invalidSignature, refusal, s3Error, type Dialect } from './errors.ts'
import { readFormSigner, signForm } from './form-signature.ts'
import { checkPayloadHash, openPayload, streamOf } from './payload.ts'
import { checkPresignedV2, readPresignedV2 } from './presigned-v2.ts'
import { amzDateOf, readSignature, type Signature } from './signature.ts'
import { SigningKeys, emptyHash, equalSignatures, sign, stringToSign } from './signing.ts'
import { readAll } from './whole-body.ts'

export interface SigV4Options {
  readonly credentials: CredentialSource
  readonly clock: Clock
  /** The region of requests that carry no signature. */
  readonly region: string
  /** Largest body of services other than S3, which must be read whole before the signature can be checked. Default 16 MiB. */
  readonly bodyBytesMax?: number
}

const skewMsMax = 15 * 60_000

/** Whoever sends a request without credentials. Belongs to no account. */
export const anonymousCaller: Caller = {
  accountId: '',
  kind: 'anonymous',
  arn: 'anonymous',
  userId: 'anonymous',
  accessKeyId: '',
}

/**
 * Signature Version 4 over headers, presigned URLs and `aws-chunked` bodies.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export function createSigV4Authenticator(options: SigV4Options): Authenticator {
  const keys = new SigningKeys()
  const bodyBytesMaxDefault = options.bodyBytesMax ?? 16 * 1024 * 1024

  const authenticate = async (
    request: WireRequest,
    info: AuthenticationScope,
  ): Promise<Authenticated> => {
    const dialect = dialectOf(info.service, info.protocol)
    const signature = readSignature(request, info.service, dialect)
    if (!signature) {
      const presigned = dialect === 's3' ? readPresignedV2(request) : undefined
      if (!presigned) return withoutSignature(request, dialect, options.region)
      const credential = await options.credentials.lookup(presigned.accessKeyId)
      if (!credential) {
        throw refusal(dialect, 'unknownKey', { AWSAccessKeyId: presigned.accessKeyId })
      }
      const nowMs = options.clock.now()
      checkToken(presigned, credential, nowMs, dialect)
      checkPresignedV2(request, presigned, credential, nowMs)
      const payload = openPayload(request, 'UNSIGNED-PAYLOAD', undefined)
      return { caller: credential.caller, region: options.region, ...payload }
    }
    checkTime(signature, options.clock.now(), dialect)
    const credential = await options.credentials.lookup(signature.accessKeyId)
    if (!credential) {
      throw refusal(dialect, 'unknownKey', { AWSAccessKeyId: signature.accessKeyId })
    }
    checkToken(signature, credential, options.clock.now(), dialect)
    const key = keys.get(signature.accessKeyId, credential.secretAccessKey, signature.scope)
    const known = { caller: credential.caller, region: signature.scope.region }
    if (dialect === 's3') {
      const payloadHash = payloadHashOf(request, signature)
      checkSignature(request, signature, key, payloadHash, dialect)
      const signing = {
        key,
        amzDate: signature.amzDate,
        scope: signature.scope,
        seedSignature: signature.signature,
      }
      return { ...known, ...openPayload(request, payloadHash, signing) }
    }
    const bytes = await readWhole(request, info.bodyBytesMax ?? bodyBytesMaxDefault)
    const payloadHash = bytes.length === 0 ? emptyHash : sha256Hex(bytes)
    checkSignature(request, signature, key, payloadHash, dialect)
    return {
      ...known,
      body: streamOf(bytes),
      bytes,
      contentLength: bytes.length,
      release: () => bodies.give(bytes),
    }
  }

  const authenticateForm: Authenticator['authenticateForm'] = async (form) => {
    if (!form) return { caller: anonymousCaller, region: options.region }
    const signer = readFormSigner(form)
    const { accessKeyId, scope } = signer
    const credential = await options.credentials.lookup(accessKeyId)
    if (!credential) throw refusal('s3', 'unknownKey', { AWSAccessKeyId: accessKeyId })
    const { sessionToken, signature, policy } = form
    checkToken({ accessKeyId, sessionToken }, credential, options.clock.now(), 's3')
    if (!equalSignatures(signForm(form, signer, credential, keys), signature)) {
      throw refusal('s3', 'wrongSignature', {
        AWSAccessKeyId: accessKeyId,
        StringToSign: policy,
        SignatureProvided: signature,
        StringToSignBytes: spacedHex(policy),
      })
    }
    return { caller: credential.caller, region: scope?.region ?? options.region }
  }

  return { authenticate, authenticateForm }
}

/** Only S3 knows anonymous requests; whether one may do what it asks is for `authorize` to say. */
function withoutSignature(request: WireRequest, dialect: Dialect, region: string): Authenticated {
  if (dialect !== 's3') throw refusal(dialect, 'missing')
  const payloadHash = request.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD'
  checkPayloadHash(payloadHash)
  return { caller: anonymousCaller, region, ...openPayload(request, payloadHash, undefined) }
}

function payloadHashOf(request: WireRequest, signature: Signature): string {
  const payloadHash =
    request.headers['x-amz-content-sha256'] ??
    signature.payloadHash ??
    (signature.kind === 'presigned' ? 'UNSIGNED-PAYLOAD' : undefined)
  if (payloadHash === undefined) {
    throw s3Error(
      'InvalidRequest',
      400,
      'Missing required header for this request: x-amz-content-sha256',
    )
  }
  checkPayloadHash(payloadHash)
  return payloadHash
}

function checkSignature(
  request: WireRequest,
  signature: Signature,
  key: Uint8Array,
  payloadHash: string,
  dialect: Dialect,
): void {
  const styles: readonly PathStyle[] = dialect === 's3' ? ['s3', 'sent'] : ['normalised']
  let first: { readonly canonical: string; readonly text: string } | undefined
  for (const pathStyle of styles) {
    const canonical = canonicalRequest({
      method: request.method,
      rawPath: request.rawPath,
      rawQuery: request.rawQuery,
      headers: request.headers,
      signedHeaders: signature.signedHeaders,
      payloadHash,
      pathStyle,
    })
    const text = stringToSign(signature.amzDate, signature.scope, canonical)
    if (equalSignatures(sign(key, text), signature.signature)) return
    first ??= { canonical, text }
  }
  const { canonical, text } = first!
  throw refusal(dialect, 'wrongSignature', {
    AWSAccessKeyId: signature.accessKeyId,
    StringToSign: text,
    SignatureProvided: signature.signature,
    StringToSignBytes: spacedHex(text),
    CanonicalRequest: canonical,
    CanonicalRequestBytes: spacedHex(canonical),
  })
}

function checkTime(signature: Signature, nowMs: number, dialect: Dialect): void {
  const { signedAtMs, amzDate, expiresS } = signature
  const validMs =
    signature.kind === 'presigned' && expiresS !== undefined ? expiresS * 1000 : skewMsMax
  const early = signedAtMs > nowMs + skewMsMax
  const late = nowMs > signedAtMs + validMs
  if (!early && !late) return
  if (dialect !== 's3') {
    const minutes = `${Math.round((early ? skewMsMax : validMs) / 60_000)} min.`
    const now = amzDateOf(nowMs)
    throw invalidSignature(
      dialect,
      early
        ? `Signature not yet current: ${amzDate} is still later than ${amzDateOf(nowMs + skewMsMax)} (${now} + ${minutes})`
        : `Signature expired: ${amzDate} is now earlier than ${amzDateOf(nowMs - validMs)} (${now} - ${minutes})`,
    )
  }
  if (signature.kind === 'presigned') {
    throw early
      ? s3Error('AccessDenied', 403, 'Request is not valid yet', { ServerTime: isoSeconds(nowMs) })
      : s3Error('AccessDenied', 403, 'Request has expired', {
          'X-Amz-Expires': expiresS,
          Expires: isoSeconds(signedAtMs + validMs),
          ServerTime: isoSeconds(nowMs),
        })
  }
  throw s3Error(
    'RequestTimeTooSkewed',
    403,
    'The difference between the request time and the current time is too large.',
    { RequestTime: amzDate, ServerTime: isoSeconds(nowMs), MaxAllowedSkewMilliseconds: skewMsMax },
  )
}

function checkToken(
  signature: Pick<Signature, 'accessKeyId' | 'sessionToken'>,
  credential: Credential,
  nowMs: number,
  dialect: Dialect,
): void {
  const { sessionToken } = signature
  if (credential.sessionToken === undefined) {
    if (sessionToken !== undefined) throw refusal(dialect, 'wrongToken')
    return
  }
  if (sessionToken === undefined) {
    throw refusal(dialect, 'unknownKey', { AWSAccessKeyId: signature.accessKeyId })
  }
  if (!equalTokens(sessionToken, credential.sessionToken)) throw refusal(dialect, 'wrongToken')
  if (credential.expiresAtMs !== undefined && nowMs >= credential.expiresAtMs) {
    throw refusal(dialect, 'expiredToken')
  }
}

function equalTokens(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

/** Of requests that are read whole, for those who come after. */
const bodies = new BufferPool(32 * 1024 * 1024)

/** Below this no pool keeps a body, and to read it as its chunks come costs a third of going through it. */
const smallBytesMax = 16 * 1024

async function readWhole(request: WireRequest, bodyBytesMax: number): Promise<Buffer> {
  const length = request.headers['content-length'] ?? ''
  // What is no length announces nothing.
  const announced = /^\d{1,15}$/.test(length) ? Number(length) : 0
  try {
    if (announced > bodyBytesMax) throw new TooLargeError(`more than ${bodyBytesMax} bytes`)
    // HTTP/1 gives as many bytes as were announced.
    if (announced > 0 && announced < smallBytesMax && request.httpVersion !== '2.0') {
      return await readAll(request.body)
    }
    return await collectOwned(request.body, bodyBytesMax, bodies.take(announced))
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error
    throw new AwsError({
      name: 'RequestEntityTooLargeException',
      status: 413,
      message: `The request body is larger than ${bodyBytesMax} bytes`,
    })
  }
}

function spacedHex(text: string): string {
  return Buffer.from(text, 'latin1')
    .toString('hex')
    .replaceAll(/(..)(?=.)/g, '$1 ')
}

function isoSeconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`
}

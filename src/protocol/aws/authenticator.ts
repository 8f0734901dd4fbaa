import type { Readable } from 'node:stream'
import type { WireRequest } from '#protocol/http'
import type { Caller } from './operation.ts'
import type { AwsProtocol } from './service.ts'

/** What the gateway has found out about a request before it is authenticated. */
export interface AuthenticationScope {
  /** The service's signing name, as in `ServiceDefinition.name`: `s3`, `kinesis`. The signature's scope must name it. */
  readonly service: string
  /** How an error will be written: the codes of the JSON and CBOR protocols differ from those of query and of S3. */
  readonly protocol: AwsProtocol
  /**
   * Largest body in bytes. Services other than S3 sign the hash of the body itself, so it is read whole before
   * the signature can be checked. Default 16 MiB.
   */
  readonly bodyBytesMax?: number
}

/** Who sent a request, and its payload. */
export interface Authenticated {
  /** `kind: 'anonymous'` when the request carries no credentials at all and the service allows that (S3). */
  readonly caller: Caller
  /** The region of the signature's scope, or the server's own for anonymous requests. */
  readonly region: string
  /**
   * The payload itself: `aws-chunked` framing taken off, and ended only after the signed hash, the
   * chunk signatures and the trailing checksums were found right. When they are wrong it is destroyed with an
   * AwsError, so whatever read it must not keep what it read.
   */
  readonly body: Readable
  /** The whole payload, when it had to be read to check its signature: all services but S3. `body` gives it again. */
  readonly bytes?: Uint8Array
  /** Says that nobody needs `bytes` or `body` any more: their memory may serve another request. */
  readonly release?: () => void
  /** Trailing headers of an `aws-chunked` body, lower-case names: filled by the time `body` ends. */
  readonly trailers?: Readonly<Record<string, string>>
  /**
   * Length of `body` in bytes when known before it is read: Content-Length, or
   * `x-amz-decoded-content-length` for `aws-chunked`.
   */
  readonly contentLength?: number
}

/** The fields of a form by which it is signed, as they came. */
export type FormSignature = FormSignatureV4 | FormSignatureV2

interface FormSignatureFields {
  /** Base64: exactly this text is signed. */
  readonly policy: string
  readonly signature: string
  readonly sessionToken: string | undefined
}

export interface FormSignatureV4 extends FormSignatureFields {
  readonly version: 4
  readonly algorithm: string
  readonly credential: string
  readonly date: string
}

/** The older form, which boto3 still makes for us-east-1. */
export interface FormSignatureV2 extends FormSignatureFields {
  readonly version: 2
  readonly accessKeyId: string
}

/** Decides who is calling. The port between the gateway and Signature V4. */
export interface Authenticator {
  /**
   * Refuses by throwing an AwsError that carries its status and the code which AWS gives in this
   * protocol (`SignatureDoesNotMatch`, `InvalidSignatureException`, `AccessDenied`, …).
   */
  authenticate(request: WireRequest, scope: AuthenticationScope): Promise<Authenticated>
  /**
   * Who signed the policy of a form that uploads to S3; the anonymous caller when nobody did. Refuses as `authenticate`. Without it no
   * form is taken.
   */
  authenticateForm?(
    form: FormSignature | undefined,
  ): Promise<{ readonly caller: Caller; readonly region: string }>
}

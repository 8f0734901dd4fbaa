import type { LakeError } from '#kit'
import type { WireRequest } from '#protocol/http'
import type { LimitTable } from './limits.ts'
import type { Caller, Operation } from './operation.ts'

/**
 * An error in AWS's terms. `name` is the error's code on the wire; when the service's SDK schemas
 * model it, its status and shape come from there, else from `status`.
 */
export interface AwsErrorShape {
  readonly name: string
  /** Needed only for errors that the schemas do not model. */
  readonly status?: number
  readonly message: string
  /** Further modelled members, e.g. `{ BucketName: 'b' }`. */
  readonly fields?: Readonly<Record<string, unknown>>
  /** Extra response headers. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Throw it in a front when there is no domain error behind: a rule of the wire itself. */
export class AwsError extends Error implements AwsErrorShape {
  override readonly name: string
  readonly status?: number
  readonly fields?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>

  constructor(shape: AwsErrorShape) {
    super(shape.message)
    this.name = shape.name
    this.status = shape.status
    this.fields = shape.fields
    this.headers = shape.headers
  }
}

/** Domain error code -> error on the wire. A code that is not here becomes the service's internal error. */
export type ErrorMap = Readonly<Record<string, string | ((error: LakeError) => AwsErrorShape)>>

export type AwsProtocol =
  | 'awsJson1_0'
  | 'awsJson1_1'
  | 'rpcV2Cbor'
  | 'restXml'
  | 'restJson1'
  | 'awsQuery'

/** What a browser says of a request that a page of another origin makes. */
export interface CorsRequest {
  readonly bucket: string
  readonly origin: string
  /** Of the request itself; of a preflight the one that is asked about. */
  readonly method: string
  /** Of a preflight only: the headers that are asked about, lower-case. */
  readonly requestHeaders: readonly string[]
}

/** The response headers that allow it, or why it is not allowed. */
export type CorsDecision =
  | { readonly headers: Readonly<Record<string, string>> }
  | { readonly refused: 'bucketNotFound' | 'notEnabled' | 'notAllowed' }

/** Who asks for something of a bucket, and where he thinks that it is. */
export interface PlacedRequest {
  readonly operation: string
  readonly bucket: string
  /** Of the signature's scope; undefined when it has none. */
  readonly region: string | undefined
  readonly caller: Caller
  readonly request: WireRequest
}

/** Where a bucket is. */
export interface Placement {
  /** Told with the answer, and with a refusal. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Why the request is not answered here. */
  readonly refusal?: AwsErrorShape
}

/** A body as it came, without the framing of `aws-chunked`. */
export interface SentBody {
  readonly operation: string
  readonly bytes: Uint8Array
  readonly request: WireRequest
  readonly trailers: Readonly<Record<string, string>> | undefined
}

/** What the gateway must know of a service before anything heavy is loaded. */
export interface ServiceDefinition<Context> {
  /** The name in the SigV4 scope, and the prefix of IAM actions: `kinesis`, `s3`, `logs`. */
  readonly name: string
  /** The first protocol is the one the schemas are made for; all listed ones are answered. */
  readonly protocols: readonly AwsProtocol[]
  /** `X-Amz-Target` prefixes, without the dot: `Kinesis_20131202`. */
  readonly targetPrefixes?: readonly string[]
  /** awsQuery `Version` parameter: `2011-06-15`. */
  readonly queryVersion?: string
  /** First labels of host names that mean this service: `['kinesis']`. Default: the name. */
  readonly hostPrefixes?: readonly string[]
  /** The service's XML namespace, for awsQuery and restXml. */
  readonly xmlNamespace?: string
  /** The SDK client: every schema, loaded when the service is first used. */
  readonly client: () => Promise<Readonly<Record<string, unknown>>>
  /** The operations that are built, by wire name: `() => import('./operations/index.ts')` and the like. */
  readonly operations: () => Promise<Readonly<Record<string, Operation<Context>>>>
  readonly errors: ErrorMap
  /** Lengths, ranges, patterns: what the schemas lack. Loaded with the operations. */
  readonly limits?: LimitTable
  /** The error for an input that breaks a limit or lacks a member. Default `ValidationException`, 400. */
  readonly validationError?: (message: string) => AwsErrorShape
  /** The IAM action of an operation. Default `<name>:<Operation>`. */
  readonly action?: (operation: string) => string
  /** How pages of other origins may use what the service holds. S3's alone: it is asked by bucket. */
  readonly cors?: (request: CorsRequest, context: Context) => Promise<CorsDecision>
  /** Whether a request has come to where its bucket is; undefined when there is no such bucket. S3's alone. */
  readonly placement?: (
    request: PlacedRequest,
    context: Context,
  ) => Placement | undefined | Promise<Placement | undefined>
  /** Compares a body that is held in memory with what its request says of it; throws an AwsError or a LakeError. */
  readonly checkBody?: (body: SentBody) => Promise<void> | void
  /**
   * Changes before anything that an answer about an object depends on does, save time and whatever identities are made of; NaN where
   * nobody knows. With it, answers that their operations call repeatable are given again while it stays the same. S3's alone.
   */
  readonly state?: (context: Context, object: ObjectName) => number
  /** Largest sum of header names and values, bytes. Default: what the listener takes. */
  readonly headerBytesMax?: number
  /** Largest request body of a non-streaming operation, bytes. Default 16 MiB. */
  readonly bodyBytesMax?: number
}

/** Which object a request of S3 names. */
export interface ObjectName {
  readonly bucket: string
  readonly key: string
}

/** A service with what it works on: made in the composition root. */
export interface BoundService {
  readonly definition: ServiceDefinition<unknown>
  readonly context: unknown
}

export function defineService<Context>(
  definition: ServiceDefinition<Context>,
): ServiceDefinition<Context> {
  return definition
}

export function bindService<Context>(
  definition: ServiceDefinition<Context>,
  context: Context,
): BoundService {
  return { definition: definition as ServiceDefinition<unknown>, context }
}

import type { Logger } from '#kit'
import type { WireRequest } from '#protocol/http'

/** Who signed the request. The identity module makes it; the gateway only carries it. */
export interface Caller {
  readonly accountId: string
  readonly kind: 'root' | 'user' | 'role' | 'anonymous'
  /** As in GetCallerIdentity: `arn:aws:iam::123456789012:root`, `…:user/path/name`, `arn:aws:sts::…:assumed-role/role/session`. */
  readonly arn: string
  /** As in GetCallerIdentity: the account for root, `AIDA…`, or `AROA…:session`. */
  readonly userId: string
  readonly accessKeyId: string
}

/** What every operation is given beside its input. */
export interface Call {
  readonly caller: Caller
  /** The account whose resources this call works on: the caller's own, or the one that let him in. */
  readonly accountId: string
  /** Whether the caller may do a further action on a resource (an ARN), or on a version of it; `keys` are condition keys of that action alone. */
  readonly permits: (
    action: string,
    resource: string,
    versionId?: string,
    keys?: Readonly<Record<string, string | readonly string[]>>,
  ) => Promise<boolean>
  /** The region of the signature's scope. */
  readonly region: string
  readonly requestId: string
  /** When the request arrived, epoch milliseconds. */
  readonly receivedAtMs: number
  /** Aborted when the client leaves; of an operation that answers with events, also when the server begins to stop. */
  readonly signal: AbortSignal
  readonly log: Logger
  readonly request: WireRequest
  /** Trailing headers of a streamed body, lower-case names: complete when the body has ended. */
  readonly trailers?: Readonly<Record<string, string>>
  /** Headers to add to a successful answer (rarely needed: most are bound by the schema). */
  readonly responseHeaders: Record<string, string>
  /** Set it where the answer depends on nothing but input, caller, account, and what the service's `state` tells of. */
  repeatable?: true
  /** Set it to answer a success with another status than the schema's: 206 for a part of an object. */
  responseStatus?: number
}

/** A schema object of an SDK client, such as `PutRecord$`. Only `schema.ts` looks inside. */
export type SchemaTuple = unknown

export type Handler<Input, Output, Context> = (
  input: Input,
  ctx: Call & Context,
) => Promise<Output> | Output

/** An operation as a value: its SDK schema and what it does. */
export interface Operation<Context> {
  readonly schema: SchemaTuple
  // biome-ignore: inputs and outputs are checked where the operation is declared
  readonly handler: Handler<never, unknown, Context>
}

/**
 * The maker of a service's operations, over the context its operations may touch:
 * `export const operation = operationFor<KinesisContext>()` in `context.ts`, then
 * `export const PutRecord = operation<PutRecordInput, PutRecordOutput>(PutRecord$, async (input, ctx) => …)`.
 */
export function operationFor<Context>(): <Input, Output>(
  schema: SchemaTuple,
  handler: Handler<Input, Output, Context>,
) => Operation<Context> {
  return (schema, handler) => ({ schema, handler: handler as Handler<never, unknown, Context> })
}

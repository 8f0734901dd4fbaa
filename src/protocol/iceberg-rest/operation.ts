import type { Logger } from '#kit'
import type { Caller } from '#protocol/aws'
import type { WireRequest } from '#protocol/http'

/** A request, authenticated and taken apart. */
export interface RestRequest {
  readonly caller: Caller
  readonly accountId: string
  readonly region: string
  readonly requestId: string
  /** What the route's braces matched, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The parsed body; undefined when there is none. Integers of more than 53 bits are `bigint`. */
  readonly body: unknown
  /** The URL that the client reaches this server by, without a path: `http://localhost:4566`. */
  readonly origin: string
  readonly wire: WireRequest
  readonly log: Logger
  /** Throws unless the caller may do the operation of a service (`glue`, `GetTable`) on what its input names. */
  readonly authorize: (service: string, operation: string, input: unknown) => Promise<void>
}

export interface RestAnswer {
  /** Default 200, or 204 without a body. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Written as JSON. */
  readonly body?: unknown
  /** JSON that is written already. */
  readonly text?: string
}

/** An operation as a value: where it is found, and what it does. */
export interface RestOperation<Context> {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'DELETE'
  /** As the specification writes it: `/v1/{prefix}/namespaces/{namespace}`. */
  readonly path: string
  readonly handler: (request: RestRequest, context: Context) => Promise<RestAnswer>
  /** Whether a failure leaves it open if the change was made: it is a commit. */
  readonly commits?: boolean
}

/** `const operation = restOperationFor<MyContext>()`, then `operation('GET /v1/config', async (request, ctx) => …)`. */
export function restOperationFor<Context>() {
  return (
    route: `${RestOperation<Context>['method']} /${string}`,
    handler: RestOperation<Context>['handler'],
    options: { readonly commits?: boolean } = {},
  ): RestOperation<Context> => {
    const [method, path] = route.split(' ') as [RestOperation<Context>['method'], string]
    return { method, path, handler, ...options }
  }
}

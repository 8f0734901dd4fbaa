import { fingerprintOf, type CommitOptions } from '#catalog/tables'
import { stringifyBigJson } from '#kit'
import type { Transaction } from '#platform/database'
import {
  RestError,
  badRequest,
  restErrorOf,
  type RestAnswer,
  type RestOperation,
  type RestRequest,
} from '#protocol/iceberg-rest'
import { operation, type IcebergRestContext } from './context.ts'
import { errors } from './errors.ts'

/** How an operation makes its change: exactly once for a request that has an `Idempotency-Key`. */
export interface Once {
  /** For what commits by itself: the key is kept in its transaction. */
  readonly commit: CommitOptions
  /** A transaction with the key in it; what it gives, when it gives something, is the body of a later answer. */
  transaction<R>(work: (tx: Transaction) => Promise<R>): Promise<R>
}

type Route = Parameters<typeof operation>[0]

/** Refusals that may end without the client sending anything else: such a request is carried out anew. */
const passing: readonly number[] = [401, 403, 408, 419, 429]

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * An operation that changes something. With a key, it is carried out once: sent again, a refusal is told again, and what was done is
 * answered by `again` with the state of now (204 without it), never from what was stored: answers hold credentials.
 */
export function mutation(
  route: Route,
  run: (request: RestRequest, ctx: IcebergRestContext, once: Once) => Promise<RestAnswer>,
  options: {
    readonly commits?: boolean
    readonly again?: (request: RestRequest, ctx: IcebergRestContext) => Promise<RestAnswer>
  } = {},
): RestOperation<IcebergRestContext> {
  const { commits, again } = options
  return operation(
    route,
    (request, ctx) => {
      const key = request.wire.headers['idempotency-key']
      return key === undefined
        ? run(request, ctx, { commit: {}, transaction: (work) => ctx.database.transaction(work) })
        : carriedOutOnce(key, request, ctx, { run, again })
    },
    commits === undefined ? {} : { commits },
  )
}

function carriedOutOnce(
  key: string,
  request: RestRequest,
  ctx: IcebergRestContext,
  steps: {
    readonly run: (request: RestRequest, ctx: IcebergRestContext, once: Once) => Promise<RestAnswer>
    readonly again:
      | ((request: RestRequest, ctx: IcebergRestContext) => Promise<RestAnswer>)
      | undefined
  },
): Promise<RestAnswer> {
  if (!uuidPattern.test(key)) throw badRequest('The Idempotency-Key must be a UUID')
  const { wire, body, caller, accountId } = request
  const fingerprint = fingerprintOf(
    wire.method,
    wire.rawPath,
    wire.rawQuery,
    body === undefined ? '' : stringifyBigJson(body),
  )
  const { database } = ctx
  return ctx.requests.once(
    { accountId, caller: caller.arn, key: key.toLowerCase(), fingerprint },
    {
      first: async (keep) => {
        const once: Once = {
          commit: { onCommit: (tx) => keep(tx, { kind: 'done' }) },
          transaction: (work) =>
            database.transaction(async (tx) => {
              const given = await work(tx)
              await keep(tx, { kind: 'done', ...(given === undefined ? {} : { body: given }) })
              return given
            }),
        }
        try {
          return await steps.run(request, ctx, once)
        } catch (error) {
          const refusal = restErrorOf(error, errors)
          if (refusal && refusal.status < 500 && !passing.includes(refusal.status)) {
            const { status, type, message } = refusal
            await database.transaction((tx) => keep(tx, { kind: 'refused', status, type, message }))
          }
          throw error
        }
      },
      again: async (ending) => {
        if (ending.kind === 'refused') {
          throw new RestError(ending.type, ending.status, ending.message)
        }
        if (ending.body !== undefined) return { body: ending.body }
        return steps.again ? steps.again(request, ctx) : {}
      },
    },
  )
}

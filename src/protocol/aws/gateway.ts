import type { Clock, Logger } from '#kit'
import type { WireHandler, WireRequest } from '#protocol/http'
import type { Authenticator } from './authenticator.ts'
import { Exchange } from './exchange.ts'
import type { Call, Caller } from './operation.ts'
import type { ServicePlan } from './plan.ts'
import { createResolver } from './resolve.ts'
import { answerAgain } from './answer-again.ts'
import { Repeats, repeatName } from './repeats.ts'
import type { BoundService } from './service.ts'

/** What is asked of governance before an operation runs. */
export interface AuthorizationRequest {
  readonly caller: Caller
  /** The IAM action: `kinesis:PutRecord`. */
  readonly action: string
  readonly service: string
  readonly operation: string
  /** Decoded, and not yet checked: members may be missing. */
  readonly input: unknown
  readonly accountId: string
  readonly region: string
  readonly request: WireRequest
}

/** A call that may go on. */
export interface Authorization {
  /** The account whose resources it works on: another than the caller's when that one let him in. */
  readonly accountId: string
  readonly permits: Call['permits']
  /**
   * There when the decision depends on nothing but the caller, the operation, its input, and what the service's `state` tells of: to be
   * called in the place of asking once more.
   */
  readonly again?: () => void
}

/**
 * Resolves when the call may go on; throws an AwsError or a LakeError to refuse it. Without an answer the call works on the
 * caller's own account, and whatever else it asks for is permitted.
 */
export type Authorize = (
  call: AuthorizationRequest,
) => Promise<Authorization | void> | Authorization | void

/** One finished request, for metrics, access logs and the audit trail. */
export interface GatewayEvent {
  readonly requestId: string
  readonly service?: string
  readonly operation?: string
  readonly protocol: string
  readonly status: number
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly durationMs: number
  readonly receivedAtMs: number
  readonly caller?: Caller
  readonly region?: string
  readonly input?: unknown
  readonly output?: unknown
  readonly request: WireRequest
}

export interface GatewayOptions {
  readonly services: readonly BoundService[]
  readonly authenticate: Authenticator
  readonly authorize: Authorize
  readonly clock: Clock
  readonly log: Logger
  /** Told of every answer. Must not throw, and must not wait. */
  readonly observe?: (event: GatewayEvent) => void
}

/**
 * All AWS services behind one handler. A request goes: find the service, authenticate, find the operation, decode, authorize,
 * check, run, encode; whatever is thrown on the way becomes an error of the request's own protocol.
 */
export function createGateway(options: GatewayOptions): WireHandler {
  const resolve = createResolver(options.services)
  const plans = new Map<BoundService, Promise<ServicePlan>>()
  const planOf = (bound: BoundService): Promise<ServicePlan> => {
    let plan = plans.get(bound)
    if (!plan) {
      plan = import('./plan.ts').then(({ loadPlan }) => loadPlan(bound))
      // A failed load is tried again by the next request.
      plan.catch(() => plans.delete(bound))
      plans.set(bound, plan)
    }
    return plan
  }
  const repeats = new Repeats()
  return async (request) => {
    const name = repeatName(request)
    const known = name === undefined ? undefined : repeats.get(name)
    const repeated = known && (await answerAgain(options, request, known))
    if (repeated) return repeated
    return new Exchange(options, request, { resolve, planOf, repeats, name }).answer()
  }
}

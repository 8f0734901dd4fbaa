import type { Logger } from '#kit'
import type { WireRequest, WireResponse } from '#protocol/http'
import type { Authenticated } from './authenticator.ts'
import { callContext } from './call-context.ts'
import type { Authorization, GatewayOptions } from './gateway.ts'
import { listColumns } from './list-columns.ts'
import type { Call } from './operation.ts'
import type { OperationPlan, ServicePlan } from './plan.ts'
import { toFailure } from './refusal.ts'
import { AwsError } from './service.ts'
import type { Member } from './shape.ts'
import { violationMessage } from './validate.ts'
import type { Inbound, Outbound, Wire } from './wire.ts'

const permitsAll: Call['permits'] = async () => true

/** One call of an operation, whose request is authenticated and routed. */
export interface Performance {
  readonly authorize: GatewayOptions['authorize']
  readonly service: ServicePlan
  readonly operation: OperationPlan
  readonly wire: Wire
  readonly inbound: Inbound
  readonly outbound: Outbound
  /** As it came; a form's upload has another in `inbound`. */
  readonly request: WireRequest
  readonly receivedAtMs: number
  readonly authenticated: Authenticated
  /** Filled on the way, for whoever observes: a call that fails has had an input, too. */
  readonly told: { input?: unknown; output?: unknown }
  readonly log: () => Logger
}

export interface Performed {
  readonly response: WireResponse
  readonly authorization: Authorization | void
  /** The operation says that its answer depends on nothing but what it read. */
  readonly isRepeatable: boolean
}

/** Reads the input, asks whether it is allowed, runs the operation and writes its output. Errors: whatever these throw. */
export async function perform(call: Performance): Promise<Performed> {
  const { operation, wire, service, told } = call
  const input = wire.decode(operation, call.inbound)
  told.input = input
  if (wire.copiesPayload && !listColumns(input)) call.authenticated.release?.()
  const authorization = await authorized(call, input)
  const violations = operation.validate(input)
  if (violations.length > 0) {
    const message = violationMessage(violations)
    throw new AwsError(service.definition.validationError?.(message) ?? wire.invalid(message))
  }
  const responseHeaders: Record<string, string> = {}
  const context = contextOf(call, authorization, responseHeaders)
  const handler = operation.operation!.handler as (input: unknown, ctx: object) => unknown
  const output = await handler(input, context)
  told.output = output
  const encoded = operation.emits
    ? await respondInEvents(call, operation.emits, output, context.signal)
    : wire.encode(operation.schema, output, call.outbound)
  const { responseStatus } = context
  let response = responseStatus ? { ...encoded, status: responseStatus } : encoded
  for (const _ in responseHeaders) {
    response = { ...response, headers: { ...response.headers, ...responseHeaders } }
    break
  }
  return { response, authorization, isRepeatable: context.repeatable === true }
}

function authorized(call: Performance, input: unknown): ReturnType<GatewayOptions['authorize']> {
  const { caller, region } = call.authenticated
  return call.authorize({
    caller,
    action: call.operation.action,
    service: call.service.definition.name,
    operation: call.operation.name,
    input,
    accountId: caller.accountId,
    region,
    request: call.inbound.request,
  })
}

function contextOf(
  call: Performance,
  authorization: Authorization | void,
  responseHeaders: Record<string, string>,
) {
  const { authenticated, request } = call
  const { caller, region } = authenticated
  const { emits } = call.operation
  let answering: AbortSignal | undefined
  const signal = () =>
    (answering ??=
      emits && request.drain ? AbortSignal.any([request.signal, request.drain]) : request.signal)
  return callContext(
    call.service.context,
    {
      caller,
      accountId: authorization?.accountId ?? caller.accountId,
      permits: authorization?.permits ?? permitsAll,
      region,
      requestId: call.outbound.requestId,
      receivedAtMs: call.receivedAtMs,
      request: call.inbound.request,
      trailers: authenticated.trailers,
      responseHeaders,
    },
    // A child logger and a signal cost more than a small request, and most want neither.
    { log: call.log, signal },
  )
}

async function respondInEvents(
  { wire, service, operation, outbound, request, log }: Performance,
  member: Member,
  output: unknown,
  signal: AbortSignal,
): Promise<WireResponse> {
  const { events: format } = wire
  if (!format) throw new TypeError(`${wire.protocol} has no events`)
  const { respondWithEvents } = await import('./event-stream/respond.ts')
  return respondWithEvents({
    wire,
    format,
    schema: operation.schema,
    member,
    output,
    outbound,
    signal,
    toFailure: (error) => toFailure(error, wire, service, request, log()),
  })
}

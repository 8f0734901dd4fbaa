import { elapsedMs } from '#kit'
import type { WireRequest, WireResponse } from '#protocol/http'
import type { GatewayOptions } from './gateway.ts'
import type { Repeatable } from './repeats.ts'
import { answerIds, s3RequestId } from './rest-xml/ids.ts'

/**
 * The answer that is known for such a request, if it may be given again: undefined where it may not, or the caller cannot prove who he
 * is; the request is then taken from its beginning.
 */
export async function answerAgain(
  options: GatewayOptions,
  request: WireRequest,
  known: Repeatable,
): Promise<WireResponse | undefined> {
  if (!isCurrent(known)) return undefined
  const startedMs = elapsedMs()
  const receivedAtMs = options.clock.now()
  try {
    const scope = { service: 's3', protocol: 'restXml' } as const
    const { caller, region } = await options.authenticate.authenticate(request, scope)
    if (caller !== known.caller || region !== known.region) return undefined
  } catch {
    return undefined
  }
  // Something may have been committed while the caller was looked up.
  if (!isCurrent(known)) return undefined
  known.again()
  const requestId = s3RequestId()
  options.observe?.({
    requestId,
    service: known.service.definition.name,
    operation: known.operation.name,
    protocol: 'restXml',
    status: 200,
    durationMs: elapsedMs() - startedMs,
    receivedAtMs,
    caller: known.caller,
    region: known.region,
    input: known.input,
    output: known.output,
    request,
  })
  return {
    status: 200,
    headers: { ...answerIds(requestId), ...known.headers },
    ...(known.body ? { body: known.body } : {}),
  }
}

function isCurrent({ service, object, state }: Repeatable): boolean {
  return service.definition.state?.(service.context, object) === state
}

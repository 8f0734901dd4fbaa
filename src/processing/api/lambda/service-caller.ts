import { letsService } from '#governance/identity'
import { isLakeError, uuid, type Logger } from '#kit'
import { parseFunctionArn, type Functions } from '#processing/functions'

/** A service of the lake that is to call a function. */
export interface ServiceCaller {
  readonly functionArn: string
  /** `s3.amazonaws.com`. */
  readonly service: string
  /** What it calls for, and whose that is. */
  readonly sourceArn: string
  readonly accountId: string
}

/** Whether a function is there, and its policy lets the service call it for this source. */
export async function letsCall(
  functions: Pick<Functions, 'policies'>,
  caller: ServiceCaller,
): Promise<boolean> {
  const named = parseFunctionArn(caller.functionArn)
  if (!named) return false
  const { qualifier, ...ref } = named
  const policy = await functions.policies.current(ref, qualifier)
  if (policy === undefined) return false
  return letsService(policy, {
    service: caller.service,
    action: 'lambda:InvokeFunction',
    resource: caller.functionArn,
    sourceArn: caller.sourceArn,
    sourceAccountId: caller.accountId,
  })
}

/**
 * Gives a function an event from a service, durably. What the function's policy does not allow, or nobody could take, is passed over
 * as on AWS. Error: `FunctionThrottled` when too many events wait.
 */
export async function callLater(
  parts: { readonly functions: Pick<Functions, 'policies' | 'events'>; readonly log: Logger },
  caller: ServiceCaller,
  message: string,
): Promise<void> {
  const named = parseFunctionArn(caller.functionArn)
  if (!named || !(await letsCall(parts.functions, caller))) {
    parts.log.warn({ ...caller }, 'a function does not let a service call it')
    return
  }
  const { qualifier, ...ref } = named
  const payload = Buffer.from(message)
  try {
    await parts.functions.events.put({ ref, qualifier, payload, requestId: uuid() })
  } catch (error) {
    if (!isLakeError(error, 'FunctionNotFound') && !isLakeError(error, 'PayloadTooLarge')) {
      throw error
    }
    parts.log.warn({ err: error, ...caller }, 'an event for a function is lost')
  }
}

import { isLakeError } from '#kit'
import type { Functions } from '#processing/functions'

/** One call of a delivery stream, in a role of its account. */
export interface DeliveryCall {
  readonly functionArn: string
  readonly roleArn: string
  readonly accountId: string
  readonly region: string
  readonly payload: Uint8Array
}

export interface DeliveryCallerParts {
  readonly functions: Pick<Functions, 'invokeArn'>
  /** Undefined when the role does not let Firehose act in it. */
  readonly assumeRole: (
    call: DeliveryCall,
  ) => Promise<{ permits(action: string, resource: string): Promise<boolean> } | undefined>
}

type Answer = { readonly payload: Uint8Array } | { readonly code: string; readonly message: string }

/** Firehose waits no longer for a function: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html */
const waitMsMax = 300_000
const codes: Readonly<Record<string, string>> = {
  FunctionNotFound: 'Lambda.ResourceNotFound',
  FunctionThrottled: 'Lambda.InvokeLimitExceeded',
}

/**
 * Calls functions for Firehose; what goes wrong is told in the codes of its error records.
 * https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html
 */
export function callForDelivery(
  parts: DeliveryCallerParts,
): (call: DeliveryCall) => Promise<Answer> {
  return async (call) => {
    const role = await parts.assumeRole(call)
    if (!role) {
      return {
        code: 'Lambda.AssumeRoleAccessDenied',
        message: `Firehose cannot assume the role ${call.roleArn}.`,
      }
    }
    if (!(await role.permits('lambda:InvokeFunction', call.functionArn))) {
      return {
        code: 'Lambda.InvokeAccessDenied',
        message: `The role ${call.roleArn} may not invoke ${call.functionArn}.`,
      }
    }
    return await withinTime(invoke(parts.functions, call))
  }
}

async function invoke(
  functions: Pick<Functions, 'invokeArn'>,
  call: DeliveryCall,
): Promise<Answer> {
  try {
    const done = await functions.invokeArn(call.functionArn, call.payload)
    if (done.functionError === undefined) return { payload: done.payload }
    if (done.errorType === 'Sandbox.Timedout') return timedOut
    if (done.errorType === 'Function.ResponseSizeTooLarge') {
      return {
        code: 'Lambda.ResponseTooLarge',
        message: 'The answer of the function is too large.',
      }
    }
    return {
      code: 'Lambda.FunctionError',
      message: `The function returned an error: ${done.payload.toString().slice(0, 1000)}`,
    }
  } catch (error) {
    if (!isLakeError(error)) throw error
    const { code, kind, message } = error
    // What is not the function's fault holds the batch up.
    if (kind === 'internal' || code === 'FunctionsStopping') throw error
    return { code: codes[code] ?? 'Lambda.InvokeFailed', message }
  }
}

const timedOut: Answer = {
  code: 'Lambda.FunctionTimedOut',
  message: 'The function did not answer in time.',
}

async function withinTime(work: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve(timedOut), waitMsMax)
  })
  try {
    return await Promise.race([work, over])
  } finally {
    clearTimeout(timer)
    work.catch(() => undefined)
  }
}

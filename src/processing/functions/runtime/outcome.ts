import type { Ending } from './instance.ts'
import { responseBytesMax } from './runtime-api.ts'

/** What an invocation came to. */
export interface Outcome {
  /** JSON: what the handler returned, or the description of the error. */
  readonly payload: Buffer
  /** Set when the function failed. */
  readonly functionError?: 'Unhandled'
  readonly errorType?: string
}

/**
 * How an ending looks to whoever invoked the function.
 * https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
 */
export function outcomeOf(ending: Ending, requestId: string, timeoutS: number): Outcome {
  switch (ending.kind) {
    case 'response':
      return { payload: ending.payload }
    case 'error':
    case 'initError':
      return {
        payload: ending.payload,
        functionError: 'Unhandled',
        errorType: ending.errorType,
      }
    case 'tooLarge':
      return failed(
        'Function.ResponseSizeTooLarge',
        `Response payload size exceeded maximum allowed payload size (${responseBytesMax} bytes).`,
      )
    case 'timedOut':
      return failed(
        'Sandbox.Timedout',
        `RequestId: ${requestId} Error: Task timed out after ${timeoutS.toFixed(2)} seconds`,
      )
    case 'noEntrypoint':
      return failed(
        'Runtime.InvalidEntrypoint',
        `RequestId: ${requestId} Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap]`,
      )
    case 'exited':
      return failed(
        ending.outOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError',
        ending.how === 'exit status 0'
          ? `RequestId: ${requestId} Error: Runtime exited without providing a reason`
          : `RequestId: ${requestId} Error: Runtime exited with error: ${ending.how}`,
      )
  }
}

function failed(errorType: string, errorMessage: string): Outcome {
  const payload = Buffer.from(JSON.stringify({ errorType, errorMessage }))
  return { payload, functionError: 'Unhandled', errorType }
}

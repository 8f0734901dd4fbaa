import { Invoke$, type InvocationRequest, type InvocationResponse } from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { functionOf, refused } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. Who leaves before the answer does not stop the function. */
export const Invoke = operation<InvocationRequest, InvocationResponse>(
  Invoke$,
  async (input, ctx) => {
    const { ref, qualifier } = functionOf(ctx, input)
    const payload = input.Payload ?? new Uint8Array()
    if (input.DurableExecutionName !== undefined)
      throw refused('Durable functions are not supported')
    if (input.TenantId !== undefined) throw refused('Tenant isolation is not supported')
    switch (input.InvocationType ?? 'RequestResponse') {
      case 'DryRun':
        await ctx.functions.get(ref, qualifier)
        return { StatusCode: 204 }
      case 'Event':
        await ctx.functions.events.put({ ref, qualifier, payload, requestId: ctx.requestId })
        return { StatusCode: 202 }
      case 'RequestResponse': {
        const { requestId } = ctx
        const clientContext = clientContextOf(input.ClientContext)
        const invocation = { ref, qualifier, payload, clientContext, requestId }
        const done = await ctx.functions.invoke(invocation)
        return {
          StatusCode: 200,
          FunctionError: done.functionError,
          LogResult:
            input.LogType === 'Tail' ? Buffer.from(done.logTail).toString('base64') : undefined,
          ExecutedVersion: done.executedVersion,
          Payload: done.payload as InvocationResponse['Payload'],
        }
      }
      default:
        throw refused(
          `1 validation error detected: Value '${input.InvocationType}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [RequestResponse, Event, DryRun]`,
        )
    }
  },
)

const contextBytesMax = 3583

/** Base64 of JSON. */
function clientContextOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const json = Buffer.from(text, 'base64').toString()
  try {
    JSON.parse(json)
  } catch {
    throw refused('Client context must be a valid Base64-encoded JSON object.')
  }
  if (Buffer.byteLength(text) > contextBytesMax) {
    throw refused(`Client context must be no longer than ${contextBytesMax} bytes.`)
  }
  return json
    .replaceAll(
      /[\u007f-\uffff]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll(/[\r\n\t]/g, ' ')
}

import { PutResourcePolicy$, type PutResourcePolicyInput } from '@aws-sdk/client-kinesis'
import { StreamErrors } from '#ingestion/streams'
import { operation } from '../context.ts'

const policyBytesMax = 20_480

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutResourcePolicy.html
 *
 * Kept and returned; other accounts are not let in by it yet.
 */
export const PutResourcePolicy = operation<PutResourcePolicyInput, object>(
  PutResourcePolicy$,
  async (input, ctx) => {
    checkPolicy(input.Policy!)
    await ctx.streams.policies.put(ctx, input.ResourceARN!, input.Policy!)
    return {}
  },
)

function checkPolicy(policy: string): void {
  if (Buffer.byteLength(policy) > policyBytesMax) {
    throw StreamErrors.InvalidArgument(`A resource policy may have ${policyBytesMax} bytes.`)
  }
  try {
    const parsed: unknown = JSON.parse(policy)
    if (typeof parsed === 'object' && parsed !== null && 'Statement' in parsed) return
  } catch {
    // Told below: no JSON at all is as wrong as JSON that is no policy.
  }
  throw StreamErrors.InvalidArgument('The resource policy is not a valid policy document.')
}

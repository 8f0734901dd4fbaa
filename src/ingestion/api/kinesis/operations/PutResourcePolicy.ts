import { PutResourcePolicy$, type PutResourcePolicyInput } from '@aws-sdk/client-kinesis'
import { parsePolicy } from '#governance/identity'
import { StreamErrors } from '#ingestion/streams'
import { isLakeError } from '#kit'
import { operation } from '../context.ts'

const policyBytesMax = 20_480

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutResourcePolicy.html
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
    parsePolicy(policy, 'key')
  } catch (error) {
    if (!isLakeError(error, 'MalformedPolicy')) throw error
    throw StreamErrors.InvalidArgument('The resource policy is not a valid policy document.')
  }
}

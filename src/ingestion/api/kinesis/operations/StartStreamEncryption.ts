import { StartStreamEncryption$, type StartStreamEncryptionInput } from '@aws-sdk/client-kinesis'
import { StreamErrors, mustBeActive } from '#ingestion/streams'
import { operation } from '../context.ts'
import { referenceOf } from '../shapes.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StartStreamEncryption.html
 *
 * Records are encrypted from the answer on: there is no UPDATING state to wait for. Those from before stay as they are.
 */
export const StartStreamEncryption = operation<StartStreamEncryptionInput, object>(
  StartStreamEncryption$,
  async (input, ctx) => {
    if (input.EncryptionType !== 'KMS') {
      throw StreamErrors.InvalidArgument('EncryptionType must be KMS to start encryption.')
    }
    const reference = referenceOf(input)
    const stream = await ctx.streams.find(ctx, reference)
    mustBeActive(stream)
    const arn = await ctx.kms.arnOf(ctx, input.KeyId!)
    // The key must be of use before the stream relies on it.
    await ctx.kms.seal(arn, Buffer.alloc(32), stream.logId)
    await ctx.streams.countEncryption(ctx, reference, 'StartStreamEncryption')
    await ctx.logKeys.set(stream.logId, arn)
    await ctx.streams.change(ctx, reference, (found) => {
      mustBeActive(found)
      return { kms_key_id: input.KeyId! }
    })
    return {}
  },
)

import { StartStreamEncryption$, type StartStreamEncryptionInput } from '@aws-sdk/client-kinesis'
import { StreamErrors, mustBeActive } from '#ingestion/streams'
import { operation } from '../context.ts'
import { referenceOf } from '../shapes.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StartStreamEncryption.html
 *
 * The key is kept with the stream and told by DescribeStream; records are not yet encrypted with it.
 */
export const StartStreamEncryption = operation<StartStreamEncryptionInput, object>(
  StartStreamEncryption$,
  async (input, ctx) => {
    if (input.EncryptionType !== 'KMS') {
      throw StreamErrors.InvalidArgument('EncryptionType must be KMS to start encryption.')
    }
    await ctx.streams.change(ctx, referenceOf(input), (stream) => {
      mustBeActive(stream)
      return { kms_key_id: input.KeyId! }
    })
    return {}
  },
)

import { StopStreamEncryption$, type StopStreamEncryptionInput } from '@aws-sdk/client-kinesis'
import { StreamErrors, mustBeActive } from '#ingestion/streams'
import { operation } from '../context.ts'
import { referenceOf } from '../shapes.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StopStreamEncryption.html */
export const StopStreamEncryption = operation<StopStreamEncryptionInput, object>(
  StopStreamEncryption$,
  async (input, ctx) => {
    if (input.EncryptionType !== 'KMS') {
      throw StreamErrors.InvalidArgument('EncryptionType must be KMS to stop encryption.')
    }
    await ctx.streams.countEncryption(ctx, referenceOf(input), 'StopStreamEncryption')
    const { logId } = await ctx.streams.change(ctx, referenceOf(input), (stream) => {
      mustBeActive(stream)
      return { kms_key_id: null }
    })
    await ctx.logKeys.set(logId, undefined)
    return {}
  },
)

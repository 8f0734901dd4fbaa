import {
  UpdateAccountSettings$,
  type UpdateAccountSettingsInput,
  type UpdateAccountSettingsOutput,
} from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'
import { asWireCommitment } from '../shapes.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateAccountSettings.html
 *
 * There is nothing to pay: the commitment opens what it opens on AWS, with its dates.
 */
export const UpdateAccountSettings = operation<
  UpdateAccountSettingsInput,
  UpdateAccountSettingsOutput
>(UpdateAccountSettings$, async (input, ctx) => {
  const isWanted = input.MinimumThroughputBillingCommitment!.Status === 'ENABLED'
  const commitment = await ctx.streams.commitments.change(ctx, isWanted)
  return { MinimumThroughputBillingCommitment: asWireCommitment(commitment) }
})

import {
  ScheduleKeyDeletion$,
  type ScheduleKeyDeletionRequest,
  type ScheduleKeyDeletionResponse,
} from '@aws-sdk/client-kms'
import { requireNotPending } from '#governance/keys'
import { AwsError } from '#protocol/aws'
import { operation } from '../context.ts'
import { keyOf, requireCustomerManaged } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
export const ScheduleKeyDeletion = operation<
  ScheduleKeyDeletionRequest,
  ScheduleKeyDeletionResponse
>(ScheduleKeyDeletion$, async (input, ctx) => {
  const days = input.PendingWindowInDays ?? daysMax
  if (days < daysMin || days > daysMax) {
    throw new AwsError({
      name: 'ValidationException',
      status: 400,
      message: `PendingWindowInDays must be between ${daysMin} and ${daysMax} (inclusive)`,
    })
  }
  const key = await keyOf(ctx, input.KeyId!, 'ScheduleKeyDeletion')
  requireCustomerManaged(key)
  const deleteAtMs = ctx.receivedAtMs + days * 86_400_000
  await ctx.keys.updateKey(key.keyId, (current) => {
    requireNotPending(current)
    return { deleteAtMs, enabled: false }
  })
  return {
    KeyId: key.arn,
    DeletionDate: new Date(deleteAtMs),
    KeyState: 'PendingDeletion',
    PendingWindowInDays: days,
  }
})

const daysMin = 7
const daysMax = 30

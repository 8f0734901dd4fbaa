import { HeadObject$, type HeadObjectOutput, type HeadObjectRequest } from '@aws-sdk/client-s3'
import { hidingAbsence } from '../access/absence.ts'
import { checkReadConditions } from '../condition-members.ts'
import { operation } from '../context.ts'
import { customerKeyOf } from '../encryption.ts'
import { objectMembers } from '../object-members.ts'
import { rangeMembers, selectRange } from '../read-range.ts'
import { objectOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export const HeadObject = operation<HeadObjectRequest, HeadObjectOutput>(
  HeadObject$,
  async (input, ctx) => {
    const ref = objectOf(input, ctx)
    const row = await hidingAbsence(ctx, ref, () => ctx.objects.find(ref))
    await ctx.objects.checkCustomerKey(row, customerKeyOf(input))
    checkReadConditions(row, input)
    const selected = await selectRange(input, row, ctx)
    const members = {
      ...(await objectMembers(row, input, ctx)),
      ...rangeMembers(input, selected, row, ctx),
    }
    // Of other classes the answer changes with time.
    if (row.storage_class === 'STANDARD') ctx.repeatable = true
    return members as HeadObjectOutput
  },
)

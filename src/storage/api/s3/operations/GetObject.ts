import type { Readable } from 'node:stream'
import { GetObject$, type GetObjectOutput, type GetObjectRequest } from '@aws-sdk/client-s3'
import { hidingAbsence } from '../access/absence.ts'
import { checkEncryption } from '../attributes.ts'
import { checkReadConditions } from '../condition-members.ts'
import { operation } from '../context.ts'
import { objectMembers } from '../object-members.ts'
import { rangeMembers, selectRange } from '../read-range.ts'
import { objectOf } from '../refs.ts'

type Output = Omit<GetObjectOutput, 'Body'> & { readonly Body: Readable }

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html. The order of AWS: conditions first, then the range. A
 * checksum is given only for the whole object or a whole part.
 */
export const GetObject = operation<GetObjectRequest, Output>(GetObject$, async (input, ctx) => {
  checkEncryption({ SSECustomerAlgorithm: input.SSECustomerAlgorithm })
  let members = {}
  const ref = objectOf(input, ctx)
  const { body } = await hidingAbsence(ctx, ref, () =>
    ctx.objects.openObject(ref, async (row) => {
      checkReadConditions(row, input)
      const selected = await selectRange(input, row, ctx.objects)
      members = {
        ...(await objectMembers(row, input, ctx)),
        ...rangeMembers(input, selected, row, ctx),
      }
      return selected.range
    }),
  )
  return { ...members, Body: body }
})

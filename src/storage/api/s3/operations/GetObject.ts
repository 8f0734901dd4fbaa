import type { Readable } from 'node:stream'
import { GetObject$, type GetObjectOutput, type GetObjectRequest } from '@aws-sdk/client-s3'
import { hidingAbsence } from '../access/absence.ts'
import { checkReadConditions } from '../condition-members.ts'
import { operation } from '../context.ts'
import { checkMayDecrypt, withCustomerKey } from '../encryption.ts'
import { objectMembers } from '../object-members.ts'
import { rangeMembers, selectRange } from '../read-range.ts'
import { objectOf } from '../refs.ts'

type Output = Omit<GetObjectOutput, 'Body'> & { readonly Body: Readable | Uint8Array }

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html. The order of AWS: conditions first, then the range. A
 * checksum is given only for the whole object or a whole part.
 */
export const GetObject = operation<GetObjectRequest, Output>(GetObject$, async (input, ctx) => {
  let members = {}
  const ref = { ...objectOf(input, ctx), ...withCustomerKey(input) }
  const { row, body } = await hidingAbsence(ctx, ref, () =>
    ctx.objects.readObject(ref, async (row) => {
      await checkMayDecrypt(row, ctx)
      checkReadConditions(row, input)
      const selected = await selectRange(input, row, ctx)
      members = {
        ...(await objectMembers(row, input, ctx)),
        ...rangeMembers(input, selected, row, ctx),
      }
      return selected.range
    }),
  )
  // Other classes want each read noted, or the time looked at; encrypted bytes, a key asked for; and they come as streams.
  if (row.storage_class === 'STANDARD' && body instanceof Uint8Array) ctx.repeatable = true
  return { ...members, Body: body }
})

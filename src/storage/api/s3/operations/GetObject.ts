import type { Readable } from 'node:stream'
import { GetObject$, type GetObjectOutput, type GetObjectRequest } from '@aws-sdk/client-s3'
import { checkEncryption } from '../attributes.ts'
import { checkReadConditions } from '../condition-members.ts'
import { operation } from '../context.ts'
import { objectMembers } from '../object-members.ts'
import { rangeMembers, selectRange, type Selected } from '../read-range.ts'
import { objectOf } from '../refs.ts'

type Output = Omit<GetObjectOutput, 'Body'> & { readonly Body: Readable }

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html. The order of AWS: conditions first, then the range. A
 * checksum is of the whole object, so it is not given with a range.
 */
export const GetObject = operation<GetObjectRequest, Output>(GetObject$, async (input, ctx) => {
  checkEncryption({ SSECustomerAlgorithm: input.SSECustomerAlgorithm })
  let selected: Selected = {}
  const { row, body } = await ctx.objects.openObject(objectOf(input, ctx), async (found) => {
    checkReadConditions(found, input)
    selected = await selectRange(input, found, ctx.objects)
    return selected.range
  })
  const ChecksumMode = input.Range === undefined ? input.ChecksumMode : undefined
  const members = await objectMembers(row, { ...input, ChecksumMode }, ctx).catch(
    (error: unknown) => {
      body.destroy()
      throw error
    },
  )
  return { ...members, ...rangeMembers(selected, row, ctx), Body: body } as Output
})

import {
  DeleteObjectAnnotation$,
  type DeleteObjectAnnotationOutput,
  type DeleteObjectAnnotationRequest,
} from '@aws-sdk/client-s3'
import { causeOf } from '../cause.ts'
import { operation } from '../context.ts'
import { objectOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectAnnotation.html. At a locked version nothing is deleted. */
export const DeleteObjectAnnotation = operation<
  DeleteObjectAnnotationRequest,
  DeleteObjectAnnotationOutput
>(DeleteObjectAnnotation$, async (input, ctx) => {
  const row = await ctx.objects.annotations.delete(objectOf(input, ctx), input.AnnotationName!, {
    ifMatch: input.ObjectIfMatch,
    cause: causeOf(ctx),
  })
  return { ObjectVersionId: row.version_id }
})

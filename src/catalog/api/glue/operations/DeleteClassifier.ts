import {
  DeleteClassifier$,
  type DeleteClassifierRequest,
  type DeleteClassifierResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteClassifier.html
 */
export const DeleteClassifier = operation<DeleteClassifierRequest, DeleteClassifierResponse>(
  DeleteClassifier$,
  async (input, ctx) => {
    await ctx.classifiers.delete(catalogRef({}, ctx), input.Name!)
    return {}
  },
)

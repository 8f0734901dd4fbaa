import {
  UpdateClassifier$,
  type UpdateClassifierRequest,
  type UpdateClassifierResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'
import { fromClassifierRequest } from '../shapes/classifier.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateClassifier.html
 */
export const UpdateClassifier = operation<UpdateClassifierRequest, UpdateClassifierResponse>(
  UpdateClassifier$,
  async (input, ctx) => {
    await ctx.classifiers.update(catalogRef({}, ctx), fromClassifierRequest(input))
    return {}
  },
)

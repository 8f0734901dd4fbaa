import {
  GetClassifier$,
  type GetClassifierRequest,
  type GetClassifierResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'
import { toClassifier } from '../shapes/classifier.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetClassifier.html
 */
export const GetClassifier = operation<GetClassifierRequest, GetClassifierResponse>(
  GetClassifier$,
  async (input, ctx) => {
    return { Classifier: toClassifier(await ctx.classifiers.get(catalogRef({}, ctx), input.Name!)) }
  },
)

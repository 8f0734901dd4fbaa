import {
  CreateClassifier$,
  type CreateClassifierRequest,
  type CreateClassifierResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'
import { fromClassifierRequest } from '../shapes/classifier.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_CreateClassifier.html
 */
export const CreateClassifier = operation<CreateClassifierRequest, CreateClassifierResponse>(
  CreateClassifier$,
  async (input, ctx) => {
    await ctx.classifiers.create(catalogRef({}, ctx), fromClassifierRequest(input))
    return {}
  },
)

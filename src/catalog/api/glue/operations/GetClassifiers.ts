import {
  GetClassifiers$,
  type GetClassifiersRequest,
  type GetClassifiersResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef, pageInput } from '../refs.ts'
import { toClassifier } from '../shapes/classifier.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetClassifiers.html
 */
export const GetClassifiers = operation<GetClassifiersRequest, GetClassifiersResponse>(
  GetClassifiers$,
  async (input, ctx) => {
    const page = await ctx.classifiers.list(catalogRef({}, ctx), pageInput(input, 1000))
    return { Classifiers: page.items.map(toClassifier), NextToken: page.nextToken }
  },
)

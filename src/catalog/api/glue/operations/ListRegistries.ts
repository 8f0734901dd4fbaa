import {
  ListRegistries$,
  type ListRegistriesInput,
  type ListRegistriesResponse,
} from '@aws-sdk/client-glue'
import { catalogRef, pageInput } from '../refs.ts'
import { toRegistry } from '../shapes/schema.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_ListRegistries.html
 */
export const ListRegistries = operation<ListRegistriesInput, ListRegistriesResponse>(
  ListRegistries$,
  async (input, ctx) => {
    const ref = catalogRef({}, ctx)
    const page = await ctx.schemas.listRegistries(ref, pageInput(input, 100))
    return {
      Registries: page.items.map((record) => toRegistry(record, ref)),
      NextToken: page.nextToken,
    }
  },
)

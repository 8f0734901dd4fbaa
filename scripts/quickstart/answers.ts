import {
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import { setTimeout as wait } from 'node:timers/promises'
import { Advice } from './advice.ts'
import type { Clients } from './clients.ts'
import type { QuickLake } from './lake.ts'

export const questions: readonly { readonly title: string; readonly sql: string }[] = [
  {
    title: 'What sells: purchases and revenue by product',
    sql: `SELECT product, count(*) AS purchases, round(sum(price * quantity), 2) AS revenue
          FROM events WHERE kind = 'purchase'
          GROUP BY product ORDER BY revenue DESC`,
  },
  {
    title: 'From a look to a purchase, by device',
    sql: `SELECT customer.device AS device,
                 count_if(kind = 'view') AS views,
                 count_if(kind = 'basket') AS baskets,
                 count_if(kind = 'purchase') AS purchases
          FROM events GROUP BY customer.device ORDER BY views DESC`,
  },
  {
    title: 'The five busiest countries',
    sql: `SELECT customer.country AS country, count(*) AS events,
                 count(DISTINCT customer.id) AS customers
          FROM events GROUP BY customer.country ORDER BY events DESC LIMIT 5`,
  },
]

export interface Answer {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Runs one statement in Athena and waits for its first thousand rows. */
export async function ask({ athena }: Clients, lake: QuickLake, sql: string): Promise<Answer> {
  const { QueryExecutionId: id } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      QueryExecutionContext: { Database: lake.database },
      ResultConfiguration: { OutputLocation: `s3://${lake.bucket}/results/` },
    }),
  )
  for (;;) {
    const { QueryExecution: query } = await athena.send(
      new GetQueryExecutionCommand({ QueryExecutionId: id }),
    )
    const state = query?.Status?.State
    if (state === 'SUCCEEDED') break
    if (state === 'FAILED' || state === 'CANCELLED') {
      throw new Advice(
        `Athena could not run: ${sql.replaceAll(/\s+/g, ' ')}`,
        'the reason stands above; run it again once it is mended',
        new Error(query?.Status?.StateChangeReason ?? state),
      )
    }
    await wait(50)
  }
  const { ResultSet: result } = await athena.send(
    new GetQueryResultsCommand({ QueryExecutionId: id }),
  )
  const rows = (result?.Rows ?? []).map(
    (row) => row.Data?.map((cell) => cell.VarCharValue ?? '') ?? [],
  )
  return { header: rows[0] ?? [], rows: rows.slice(1) }
}

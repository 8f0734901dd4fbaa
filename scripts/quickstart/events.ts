import { randomInt, randomUUID } from 'node:crypto'

export interface ShopEvent {
  readonly event_id: string
  readonly at: string
  readonly kind: string
  readonly customer: { readonly id: number; readonly country: string; readonly device: string }
  readonly product: string
  readonly price: number
  readonly quantity: number
}

const kinds = ['view', 'view', 'view', 'view', 'view', 'basket', 'basket', 'purchase']
const countries = ['DE', 'FR', 'US', 'GB', 'IT', 'JP', 'BR', 'IN', 'SE', 'PL']
const devices = ['phone', 'phone', 'laptop', 'tablet']
const products: readonly (readonly [string, number])[] = [
  ['canoe', 899],
  ['kayak', 649.5],
  ['paddle', 79.9],
  ['life vest', 59],
  ['dry bag', 24.5],
  ['rope, 10 m', 12.75],
  ['anchor', 39],
]

const pick = <T>(choices: readonly T[]): T => choices[randomInt(choices.length)]!
/** The first of a list more often than the last, as in a shop. */
const pickEarly = <T>(choices: readonly T[]): T =>
  choices[Math.min(randomInt(choices.length), randomInt(choices.length))]!

/** What the visitors of a boat shop did in the last ten minutes. */
export function* makeEvents(count: number): Generator<ShopEvent> {
  const now = Date.now()
  for (let made = 0; made < count; made += 1) {
    const [product, price] = pickEarly(products)
    const kind = pick(kinds)
    yield {
      event_id: randomUUID(),
      at: new Date(now - randomInt(600_000)).toISOString().replace('T', ' ').replace('Z', ''),
      kind,
      customer: { id: randomInt(1, 5000), country: pickEarly(countries), device: pick(devices) },
      product,
      price,
      quantity: kind === 'view' ? 0 : 1 + randomInt(3),
    }
  }
}

import { chance, money, number, pick, type MadeTable } from '../generate.ts'

const firstDay = 2_450_815
const days = 1_826
/** Months 199801 to 200212, from the number of a day. */
const month = (day: string) => `CAST(strftime(DATE '1998-01-01' + ${day}::INT, '%Y%m') AS INT)`
const customers = (scale: number) => Math.ceil(100_000 * scale)
const items = (scale: number) => Math.ceil(18_000 * Math.sqrt(scale))
const stores = (scale: number) => Math.ceil(12 * Math.max(1, Math.sqrt(scale)))

/** Rows of a fact, each with the number of its day as `d`. */
const facts = (name: string, from: string, select: string) =>
  `SELECT ${select} FROM (SELECT i, ${number(chance('i', name), 0, days - 1)} AS d FROM ${from})`

/**
 * Data in the shape of TPC-DS (https://www.tpc.org/tpcds/): a star of sales in stores and on the web around days, items, customers and
 * stores. A scale of 1 has 2.9 million sales in stores. Facts have the month of their day, by which they may be parted.
 */
export const tpcdsTables: readonly (MadeTable & { readonly isFact?: boolean })[] = [
  {
    name: 'date_dim',
    columns:
      'd_date_sk bigint, d_date date, d_year int, d_moy int, d_dom int, d_qoy int, d_dow int, d_day_name string, d_month_seq int',
    numbers: () => [0, days],
    rows: (_, from) =>
      `SELECT ${firstDay} + i, d, year(d)::INT, month(d)::INT, day(d)::INT, quarter(d)::INT, dayofweek(d)::INT, dayname(d), ((year(d) - 1900) * 12 + month(d) - 1)::INT
        FROM (SELECT i, DATE '1998-01-01' + i::INT AS d FROM ${from})`,
  },
  {
    name: 'item',
    columns:
      'i_item_sk bigint, i_item_id string, i_item_desc string, i_current_price decimal(7,2), i_brand_id int, i_brand string, i_class string, i_category string, i_manufact_id int, i_manager_id int, i_product_name string',
    numbers: (scale) => [1, items(scale) + 1],
    rows: (_, from) =>
      `SELECT i, 'ITEM' || lpad(CAST(i // 2 AS VARCHAR), 12, '0'), 'description of ' || i, ${money(chance('i', 'p'), 1, 99)}, ${number(chance('i', 'b'), 1, 1000)}::INT, 'brand #' || (${chance('i', 'b')} % 1000), ${pick(chance('i', 'k'), 'accent', 'classical', 'dresses', 'fiction', 'pants', 'romance', 'shirts', 'swimwear')}, ${pick(chance('i', 'c'), 'Books', 'Children', 'Electronics', 'Home', 'Jewelry', 'Men', 'Music', 'Shoes', 'Sports', 'Women')}, ${number(chance('i', 'f'), 1, 1000)}::INT, ${number(chance('i', 'm'), 1, 100)}::INT, 'product ' || i FROM ${from}`,
  },
  {
    name: 'customer',
    columns:
      'c_customer_sk bigint, c_customer_id string, c_first_name string, c_last_name string, c_birth_country string, c_current_addr_sk bigint, c_current_hdemo_sk bigint',
    numbers: (scale) => [1, customers(scale) + 1],
    rows: (scale, from) =>
      `SELECT i, 'CUST' || lpad(CAST(i AS VARCHAR), 12, '0'), ${pick(chance('i', 'f'), 'Ann', 'Ben', 'Cem', 'Dana', 'Eva', 'Finn', 'Gül', 'Hans')}, 'Name' || (${chance('i', 'l')} % 5000), ${pick(chance('i', 'b'), 'CHILE', 'GHANA', 'JAPAN', 'NEPAL', 'PERU', 'TOGO')}, ${number(chance('i', 'a'), 1, Math.ceil(customers(scale) / 2))}, ${number(chance('i', 'h'), 1, 7200)} FROM ${from}`,
  },
  {
    name: 'customer_address',
    columns:
      'ca_address_sk bigint, ca_city string, ca_county string, ca_state string, ca_zip string, ca_gmt_offset int',
    numbers: (scale) => [1, Math.ceil(customers(scale) / 2) + 1],
    rows: (_, from) =>
      `SELECT i, 'City' || (${chance('i', 'c')} % 900), 'County' || (${chance('i', 'y')} % 300), ${pick(chance('i', 's'), 'CA', 'GA', 'IL', 'NY', 'OH', 'SD', 'TN', 'TX')}, lpad(CAST(${chance('i', 'z')} % 100000 AS VARCHAR), 5, '0'), (-5 - (${chance('i', 'g')} % 4)::INT)::INT FROM ${from}`,
  },
  {
    name: 'household_demographics',
    columns: 'hd_demo_sk bigint, hd_buy_potential string, hd_dep_count int, hd_vehicle_count int',
    numbers: () => [1, 7201],
    rows: (_, from) =>
      `SELECT i, ${pick(chance('i', 'b'), '0-500', '501-1000', '1001-5000', '>10000', 'Unknown')}, (i % 10)::INT, (i % 6 - 1)::INT FROM ${from}`,
  },
  {
    name: 'store',
    columns:
      's_store_sk bigint, s_store_id string, s_store_name string, s_state string, s_city string, s_county string, s_zip string, s_gmt_offset int, s_number_employees int',
    numbers: (scale) => [1, stores(scale) + 1],
    rows: (_, from) =>
      `SELECT i, 'STORE' || i, ${pick(chance('i', 'n'), 'able', 'ation', 'bar', 'ese', 'ought')}, ${pick(chance('i', 's'), 'SD', 'TN', 'TX')}, 'City' || (i % 4), 'County' || (i % 3), lpad(CAST(${chance('i', 'z')} % 100000 AS VARCHAR), 5, '0'), -5, ${number(chance('i', 'e'), 200, 300)}::INT FROM ${from}`,
  },
  {
    name: 'promotion',
    columns: 'p_promo_sk bigint, p_channel_email string, p_channel_event string',
    numbers: () => [1, 301],
    rows: (_, from) =>
      `SELECT i, ${pick(chance('i', 'm'), 'N', 'Y')}, ${pick(chance('i', 'v'), 'N', 'Y')} FROM ${from}`,
  },
  {
    name: 'store_sales',
    isFact: true,
    columns:
      'ss_sold_date_sk bigint, ss_item_sk bigint, ss_customer_sk bigint, ss_hdemo_sk bigint, ss_store_sk bigint, ss_promo_sk bigint, ss_ticket_number bigint, ss_quantity int, ss_list_price decimal(7,2), ss_sales_price decimal(7,2), ss_ext_sales_price decimal(7,2), ss_coupon_amt decimal(7,2), ss_net_profit decimal(7,2), ss_sold_month int',
    numbers: (scale) => [0, Math.ceil(2_880_000 * scale)],
    rows: (scale, from) =>
      facts(
        's',
        from,
        `${firstDay} + d, ${number(chance('i', 't'), 1, items(scale))}, ${number(chance('(i // 12)', 'c'), 1, customers(scale))}, ${number(chance('(i // 12)', 'h'), 1, 7200)}, ${number(chance('(i // 12)', 'o'), 1, stores(scale))}, ${number(chance('i', 'p'), 1, 300)}, i // 12 + 1, ${number(chance('i', 'q'), 1, 100)}::INT, ${money(chance('i', 'l'), 1, 200)}, ${money(chance('i', 'e'), 1, 180)}, ${money(chance('i', 'x'), 1, 18_000)}, ${money(chance('i', 'u'), 0, 500)}, ${money(chance('i', 'n'), -9000, 9000)}, ${month('d')}`,
      ),
  },
  {
    name: 'store_returns',
    isFact: true,
    columns:
      'sr_returned_date_sk bigint, sr_item_sk bigint, sr_customer_sk bigint, sr_store_sk bigint, sr_ticket_number bigint, sr_return_quantity int, sr_return_amt decimal(7,2), sr_returned_month int',
    numbers: (scale) => [0, Math.ceil(288_000 * scale)],
    rows: (scale, from) =>
      facts(
        'r',
        from,
        `${firstDay} + d, ${number(chance('(i * 10)', 't'), 1, items(scale))}, ${number(chance('(i * 10 // 12)', 'c'), 1, customers(scale))}, ${number(chance('(i * 10 // 12)', 'o'), 1, stores(scale))}, i * 10 // 12 + 1, ${number(chance('i', 'q'), 1, 100)}::INT, ${money(chance('i', 'a'), 1, 9000)}, ${month('d')}`,
      ),
  },
  {
    name: 'web_sales',
    isFact: true,
    columns:
      'ws_sold_date_sk bigint, ws_item_sk bigint, ws_bill_customer_sk bigint, ws_order_number bigint, ws_quantity int, ws_sales_price decimal(7,2), ws_ext_sales_price decimal(7,2), ws_net_paid decimal(7,2), ws_sold_month int',
    numbers: (scale) => [0, Math.ceil(720_000 * scale)],
    rows: (scale, from) =>
      facts(
        'w',
        from,
        `${firstDay} + d, ${number(chance('i', 't'), 1, items(scale))}, ${number(chance('(i // 12)', 'b'), 1, customers(scale))}, i // 12 + 1, ${number(chance('i', 'q'), 1, 100)}::INT, ${money(chance('i', 'e'), 1, 180)}, ${money(chance('i', 'x'), 1, 18_000)}, ${money(chance('i', 'n'), 1, 18_000)}, ${month('d')}`,
      ),
  },
]

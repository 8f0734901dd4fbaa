/**
 * Queries in the shape of TPC-DS's (https://www.tpc.org/tpcds/), over the columns that `tables.ts` makes. `{x}` stands for the table x;
 * Athena and the engine take the same text. Those that ask for a month name it, as whoever parts tables by month does.
 */
export const tpcdsQueries: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: 'Q3',
    sql: `SELECT d_year, i_brand_id, i_brand, sum(ss_ext_sales_price) AS sum_agg
      FROM {date_dim} JOIN {store_sales} ON d_date_sk = ss_sold_date_sk JOIN {item} ON ss_item_sk = i_item_sk
      WHERE i_manufact_id BETWEEN 120 AND 140 AND d_moy = 11
      GROUP BY d_year, i_brand_id, i_brand ORDER BY d_year, sum_agg DESC, i_brand_id LIMIT 100`,
  },
  {
    name: 'Q7',
    sql: `SELECT i_item_id, avg(ss_quantity), avg(ss_list_price), avg(ss_coupon_amt), avg(ss_sales_price)
      FROM {store_sales} JOIN {household_demographics} ON ss_hdemo_sk = hd_demo_sk JOIN {date_dim} ON ss_sold_date_sk = d_date_sk
        JOIN {item} ON ss_item_sk = i_item_sk JOIN {promotion} ON ss_promo_sk = p_promo_sk
      WHERE hd_dep_count = 3 AND (p_channel_email = 'N' OR p_channel_event = 'N') AND d_year = 2000
      GROUP BY i_item_id ORDER BY i_item_id LIMIT 100`,
  },
  {
    name: 'Q19',
    sql: `SELECT i_brand_id, i_brand, i_manufact_id, sum(ss_ext_sales_price) AS ext_price
      FROM {date_dim} JOIN {store_sales} ON d_date_sk = ss_sold_date_sk JOIN {item} ON ss_item_sk = i_item_sk
        JOIN {customer} ON ss_customer_sk = c_customer_sk JOIN {customer_address} ON c_current_addr_sk = ca_address_sk JOIN {store} ON ss_store_sk = s_store_sk
      WHERE i_manager_id BETWEEN 8 AND 12 AND ss_sold_month = 199811 AND substr(ca_zip, 1, 2) <> substr(s_zip, 1, 2)
      GROUP BY i_brand_id, i_brand, i_manufact_id ORDER BY ext_price DESC, i_brand_id, i_manufact_id LIMIT 100`,
  },
  {
    name: 'Q27',
    sql: `SELECT i_item_id, s_state, grouping(s_state) AS g_state, avg(ss_quantity), avg(ss_list_price)
      FROM {store_sales} JOIN {date_dim} ON ss_sold_date_sk = d_date_sk JOIN {store} ON ss_store_sk = s_store_sk JOIN {item} ON ss_item_sk = i_item_sk
      WHERE d_year = 2002 AND s_state IN ('TN', 'SD') GROUP BY ROLLUP (i_item_id, s_state) ORDER BY i_item_id, s_state LIMIT 100`,
  },
  {
    name: 'Q42',
    sql: `SELECT d_year, i_category, sum(ss_ext_sales_price) AS total FROM {date_dim} JOIN {store_sales} ON d_date_sk = ss_sold_date_sk JOIN {item} ON ss_item_sk = i_item_sk
      WHERE i_manager_id = 1 AND ss_sold_month = 200011 GROUP BY d_year, i_category ORDER BY total DESC, d_year, i_category LIMIT 100`,
  },
  {
    name: 'Q43',
    sql: `SELECT s_store_name, s_store_id, sum(CASE WHEN d_dow = 0 THEN ss_sales_price END), sum(CASE WHEN d_dow = 1 THEN ss_sales_price END), sum(CASE WHEN d_dow = 6 THEN ss_sales_price END)
      FROM {date_dim} JOIN {store_sales} ON d_date_sk = ss_sold_date_sk JOIN {store} ON s_store_sk = ss_store_sk
      WHERE s_gmt_offset = -5 AND ss_sold_month BETWEEN 200001 AND 200012 GROUP BY s_store_name, s_store_id ORDER BY 1, 2 LIMIT 100`,
  },
  {
    name: 'Q65',
    sql: `WITH sales AS (
        SELECT ss_store_sk, ss_item_sk, sum(ss_sales_price) AS revenue FROM {store_sales} JOIN {date_dim} ON ss_sold_date_sk = d_date_sk
        WHERE d_month_seq BETWEEN 1176 AND 1187 GROUP BY ss_store_sk, ss_item_sk
      ), average AS (SELECT ss_store_sk, avg(revenue) AS ave FROM sales GROUP BY ss_store_sk)
      SELECT s_store_name, i_item_desc, revenue, i_current_price FROM {store} JOIN average ON average.ss_store_sk = s_store_sk
        JOIN sales ON sales.ss_store_sk = average.ss_store_sk JOIN {item} ON i_item_sk = sales.ss_item_sk
      WHERE revenue <= 0.1 * ave ORDER BY s_store_name, i_item_desc, revenue LIMIT 100`,
  },
  {
    name: 'Q67',
    sql: `SELECT * FROM (
        SELECT i_category, i_brand, d_year, sumsales, rank() OVER (PARTITION BY i_category ORDER BY sumsales DESC) AS rk FROM (
          SELECT i_category, i_brand, d_year, sum(ss_sales_price * ss_quantity) AS sumsales
          FROM {store_sales} JOIN {date_dim} ON ss_sold_date_sk = d_date_sk JOIN {item} ON ss_item_sk = i_item_sk
          WHERE d_month_seq BETWEEN 1200 AND 1211 GROUP BY ROLLUP (i_category, i_brand, d_year)
        ) AS grouped
      ) AS ranked WHERE rk <= 10 ORDER BY i_category, rk, i_brand, d_year LIMIT 100`,
  },
  {
    name: 'Q73',
    sql: `SELECT c_last_name, c_first_name, c_customer_id, ss_ticket_number, cnt FROM (
        SELECT ss_ticket_number, ss_customer_sk, count(*) AS cnt FROM {store_sales} JOIN {date_dim} ON ss_sold_date_sk = d_date_sk
          JOIN {store} ON ss_store_sk = s_store_sk JOIN {household_demographics} ON ss_hdemo_sk = hd_demo_sk
        WHERE d_dom BETWEEN 1 AND 20 AND hd_buy_potential IN ('>10000', 'Unknown') AND hd_vehicle_count > 0 AND d_year IN (1999, 2000, 2001)
        GROUP BY ss_ticket_number, ss_customer_sk
      ) AS dj JOIN {customer} ON ss_customer_sk = c_customer_sk WHERE cnt BETWEEN 3 AND 5 ORDER BY cnt DESC, c_last_name, ss_ticket_number LIMIT 100`,
  },
  {
    name: 'Q89',
    sql: `SELECT * FROM (
        SELECT i_category, i_class, s_store_name, d_moy, sum(ss_sales_price) AS sum_sales, avg(sum(ss_sales_price)) OVER (PARTITION BY i_category, s_store_name) AS monthly
        FROM {item} JOIN {store_sales} ON ss_item_sk = i_item_sk JOIN {date_dim} ON ss_sold_date_sk = d_date_sk JOIN {store} ON ss_store_sk = s_store_sk
        WHERE ss_sold_month >= 199901 AND ss_sold_month <= 199912 AND i_category IN ('Books', 'Electronics', 'Sports')
        GROUP BY i_category, i_class, s_store_name, d_moy
      ) AS tmp WHERE abs(sum_sales - monthly) > 0.1 * monthly ORDER BY sum_sales, s_store_name, i_class, d_moy LIMIT 100`,
  },
  {
    name: 'Q93',
    sql: `SELECT ss_customer_sk, sum(CASE WHEN sr_return_quantity IS NOT NULL THEN (ss_quantity - sr_return_quantity) * ss_sales_price ELSE ss_quantity * ss_sales_price END) AS sumsales
      FROM {store_sales} LEFT JOIN {store_returns} ON sr_item_sk = ss_item_sk AND sr_ticket_number = ss_ticket_number
      GROUP BY ss_customer_sk ORDER BY sumsales, ss_customer_sk LIMIT 100`,
  },
  {
    name: 'Q96',
    sql: `SELECT count(*) FROM {store_sales} JOIN {household_demographics} ON ss_hdemo_sk = hd_demo_sk JOIN {store} ON ss_store_sk = s_store_sk
      WHERE hd_dep_count = 7 AND s_store_name = 'ese' AND ss_sold_month = 200101`,
  },
  {
    name: 'Q98',
    sql: `SELECT i_item_id, i_category, sum(ss_ext_sales_price) AS itemrevenue, sum(ss_ext_sales_price) * 100 / sum(sum(ss_ext_sales_price)) OVER (PARTITION BY i_class) AS revenueratio
      FROM {store_sales} JOIN {item} ON ss_item_sk = i_item_sk JOIN {date_dim} ON ss_sold_date_sk = d_date_sk
      WHERE i_category IN ('Sports', 'Books', 'Home') AND d_date BETWEEN DATE '1999-02-22' AND DATE '1999-03-24' AND ss_sold_month BETWEEN 199902 AND 199903
      GROUP BY i_item_id, i_category, i_class ORDER BY i_category, i_item_id, itemrevenue LIMIT 100`,
  },
  {
    name: 'sales of both',
    sql: `SELECT channel, i_category, d_year, count(*) AS n, sum(price) AS total FROM (
        SELECT 'store' AS channel, ss_item_sk AS item, ss_sold_date_sk AS day, ss_ext_sales_price AS price FROM {store_sales}
        UNION ALL SELECT 'web', ws_item_sk, ws_sold_date_sk, ws_ext_sales_price FROM {web_sales}
      ) AS sold JOIN {item} ON item = i_item_sk JOIN {date_dim} ON day = d_date_sk GROUP BY channel, i_category, d_year ORDER BY 1, 2, 3 LIMIT 100`,
  },
]

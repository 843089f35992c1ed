-- A shop of eleven orders with the traps built in; see tests/soundness/README.md for what each is for.
CREATE TABLE mart.orders (order_key VARCHAR, created_at TIMESTAMP, paid_at TIMESTAMP, order_amount DECIMAL(18,2), buyer_id VARCHAR, province VARCHAR, channel VARCHAR);
INSERT INTO mart.orders VALUES
  ('o1',  '2024-02-28 23:50:00', '2024-02-29 00:05:00', 100.10, 'b1', '浙江省', '天猫'),  -- paid on another day, a leap day
  ('o2',  '2024-02-29 10:00:00', NULL,                   50.00, 'b2', '浙江省', '天猫'),  -- never paid
  ('o3',  '2024-03-01 09:00:00', '2024-03-01 09:01:00',  20.00, 'b1', NULL,     '天猫'),  -- no province
  ('o4',  '2024-03-01 12:00:00', '2024-03-03 08:00:00', 300.00, 'b3', '广东省', '京东'),  -- the third has payments only
  ('o5',  '2024-03-02 12:00:00', NULL,                   10.00, 'b3', '广东省', '京东'),  -- the second has placements only
  ('o6',  '2024-03-05 00:00:00', '2024-03-05 23:59:59',  99.99, 'b2', '广东省', '天猫'),
  ('o7',  '2024-03-05 12:00:00', '2024-03-05 12:00:00',   0.00, 'b9', NULL,     '京东'),  -- free, and a buyer nobody knows
  ('o8',  '2024-12-30 12:00:00', '2024-12-31 12:00:00', 200.00, 'b1', '浙江省', '天猫'),  -- ISO week 1 of 2025
  ('o9',  '2025-01-01 12:00:00', '2025-01-01 12:30:00',  80.00, 'b2', '浙江省', '天猫'),
  ('o10', '2025-02-28 12:00:00', '2025-02-28 12:30:00',  60.00, 'b1', '浙江省', '天猫'),
  ('o11', '2025-03-01 12:00:00', '2025-03-01 12:30:00',  40.00, 'b1', '广东省', '京东');
CREATE TABLE mart.order_items (item_key VARCHAR, order_key VARCHAR, product_id VARCHAR, paid_at TIMESTAMP, quantity INTEGER);
INSERT INTO mart.order_items VALUES
  ('i1', 'o1', 'p1', '2024-02-29 00:05:00', 2),
  ('i2', 'o1', 'p2', '2024-02-29 00:05:00', 1),   -- two items: joining items to orders would count o1 twice
  ('i3', 'o2', 'p1', NULL, 1),
  ('i4', 'o3', 'p9', '2024-03-01 09:01:00', 4),   -- a product nobody knows
  ('i5', 'o4', 'p2', '2024-03-03 08:00:00', 3),
  ('i6', 'o6', 'p1', '2024-03-05 23:59:59', 1);
CREATE TABLE mart.products (product_id VARCHAR, category VARCHAR);
INSERT INTO mart.products VALUES ('p1', '面膜'), ('p2', '口红');
CREATE TABLE mart.customers (buyer_id VARCHAR, phone VARCHAR, member_level VARCHAR);
INSERT INTO mart.customers VALUES ('b1', '13900000001', '金卡'), ('b2', '13900000002', '普通'), ('b3', '13900000003', NULL);
CREATE TABLE mart.refunds (refund_id VARCHAR, order_key VARCHAR, refunded_at TIMESTAMP, amount DECIMAL(18,2), reason VARCHAR);
INSERT INTO mart.refunds VALUES
  ('r1', 'o1', '2024-03-02 15:00:00', 30.00, '质量'),
  ('r2', 'o1', '2024-03-02 16:00:00', 20.10, '质量'),  -- two refunds of one order
  ('r3', 'o4', '2024-03-04 10:00:00', 300.00, NULL);   -- a day without orders
CREATE TABLE mart.calendar AS SELECT CAST(day AS DATE) AS day FROM range(DATE '2023-01-01', DATE '2027-01-01', INTERVAL 1 DAY) AS days(day);
CREATE TABLE mart.stock_daily (day DATE, sku VARCHAR, warehouse VARCHAR, quantity INTEGER);
INSERT INTO mart.stock_daily VALUES
  ('2024-02-28', 's1', '杭州', 10),
  ('2024-02-29', 's1', '杭州', 8), ('2024-02-29', 's1', '广州', 5), ('2024-02-29', 's2', '杭州', 3),
  ('2024-03-01', 's1', '杭州', 7), ('2024-03-01', 's2', '杭州', 3),
  ('2024-03-02', 's1', '杭州', 6), ('2024-03-02', NULL, '杭州', 1),   -- s2 is sold out: it has no row
  ('2024-04-30', 's1', '杭州', 20), ('2024-04-30', 's2', '广州', 4);
CREATE TABLE mart.visits (visit_id VARCHAR, buyer_id VARCHAR, visited_at TIMESTAMP, device VARCHAR);
INSERT INTO mart.visits VALUES
  ('v1', 'b1', '2024-02-28 22:00:00', '手机'),
  ('v2', 'b1', '2024-02-28 23:00:00', '电脑'),   -- two visits before one order: it counts once, for this one
  ('v3', 'b2', '2024-02-29 11:00:00', '手机'),   -- an hour after the order of that day
  ('v4', 'b3', '2024-03-01 09:00:00', '手机'),   -- an order the same day and one the next
  ('v5', 'b2', '2024-03-03 00:00:00', '电脑'),   -- two days before the order: one too many
  ('v6', NULL, '2024-03-05 00:00:00', '手机'),   -- nobody knows who
  ('v7', 'b9', '2024-03-05 08:00:00', NULL);
CREATE TABLE mart.member_levels (buyer_id VARCHAR, level VARCHAR, valid_from TIMESTAMP, valid_to TIMESTAMP);
INSERT INTO mart.member_levels VALUES
  ('b1', '银卡', '2020-01-01', '2024-03-01'), ('b1', '金卡', '2024-03-01', NULL),   -- raised between two orders
  ('b2', '普通', '2020-01-01', '2024-03-01');   -- no longer a member

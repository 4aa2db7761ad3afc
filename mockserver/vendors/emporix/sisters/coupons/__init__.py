"""The coupon service: coupons, what restricts them, and their redemptions."""

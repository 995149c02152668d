/** The example of Qonto's documentation: 10.99 with 21 % VAT is 13.30. */
export const EXAMPLE = {
  potential_payment_methods: ["credit_card"],
  reusable: true,
  items: [
    {
      title: "Item 1",
      quantity: 1,
      unit_price: { value: "10.99", currency: "EUR" },
      vat_rate: "21.0",
      type: "good",
      description: "Item 1 description",
      measure_unit: "unit",
    },
  ],
};

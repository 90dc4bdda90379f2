/* What-if panels. The models are those of helpers.whatif.MODELS, in the same steps; a test compares the two to 1e-9.
   Nothing is fetched, stored or run as code: the draws stand in the page as JSON. */
"use strict";
(() => {
  const EXTRA = { average: 1, half: 0.5, none: 0 };
  const sorted = (values) => Float64Array.from(values).sort();
  const quantile = (ordered, at) => ordered[Math.max(Math.ceil(at * ordered.length - 1e-9), 1) - 1];

  function monthsToReach(curve, target) {
    const at = curve.findIndex((value) => value >= target);
    if (at < 1) return at < 0 ? Infinity : 0;
    return at - 1 + (target - curve[at - 1]) / (curve[at] - curve[at - 1]);
  }

  const MODELS = {
    payback(inputs, constants, draws) {
      const { spend, margin } = inputs;
      const more = 1 + EXTRA[inputs.extra] * (spend / constants.spend - 1);
      const earned = draws.map((draw) => draw.slice(1).map((value) => margin * value));
      const reached = sorted(earned.map((curve, i) => monthsToReach(curve, spend / (draws[i][0] * more))));
      const tails = [(1 - constants.level) / 2, (1 + constants.level) / 2];
      const [months, low, high] = [0.5, ...tails].map((at) => quantile(reached, at));
      const ages = constants.revenue.map((_, age) => sorted(earned.map((curve) => curve[age])));
      const won = [constants.customers, constants.customers_low, constants.customers_high].map((n) => n * more);
      const cac = [spend / won[0], spend / won[2], spend / won[1]];
      const within = reached.filter(Number.isFinite).length / reached.length;
      const line = constants.revenue.map((value) => margin * value);
      const [bottom, top] = tails.map((at) => ages.map((values) => quantile(values, at)));
      return {
        figures: { customers: won, cac, months: [months, low, high], within: [within, null, null] },
        curve: { value: line, low: bottom, high: top, target: cac[0], mark: months },
        case: high === 0 ? "at once" : Number.isFinite(high) ? "told" : Number.isFinite(months) ? "open" : "beyond",
      };
    },
    budget(inputs, constants, draws) {
      const STRAIGHT = 1e-3, SAME = 1e-9;
      const today = constants.spend, n = constants.of.length;
      const money = constants.inputs.map((name) => inputs[name]);
      const moved = money.map((value, i) => Math.abs(value / today[i] - 1) >= SAME), any = moved.some(Boolean);
      const share = constants.of.map((at) => (moved[at] ? money[at] / today[at] : 1));
      const sum = (values) => values.reduce((all, one) => all + one, 0);
      const mean = (values) => sum(values) / values.length;
      const answer = (draw) => sum(share.map((s, i) => {
        const half = Math.max(draw[n + i], STRAIGHT) / 2;
        return draw[i] * (s === 1 ? 1 : Math.tanh(half * s) / Math.tanh(half));
      }));
      const revenue = draws.map(answer), before = draws.map((draw) => sum(draw.slice(0, n)));
      const spend = sum(money.map((value, i) => (moved[i] ? value : today[i]))), spent = sum(today);
      const after = revenue.map((value) => constants.margin * value - spend);
      const change = after.map((value, i) => value - (constants.margin * before[i] - spent));
      const chance = any ? change.filter((value) => value > 0).length / change.length : Infinity;
      const outside = money.some((value, i) => moved[i] && (value < constants.least[i] || value > constants.most[i]));
      const tails = [(1 - constants.level) / 2, (1 + constants.level) / 2];
      const told = (values) => [mean(values), ...tails.map((at) => quantile(sorted(values), at))];
      return {
        figures: {
          spend: [spend, null, null], revenue: told(revenue), after: told(after),
          roas: told(revenue.map((value) => (spend > 0 ? value / spend : 0))),
          change: any ? told(change) : [0, null, null], chance: [chance, null, null],
        },
        case: !any ? "today" : outside ? "beyond" : chance >= 0.9 ? "likely" : chance <= 0.1 ? "unlikely" : "open",
      };
    },
    price(inputs, constants, draws) {
      const SAME = 1e-9, { today, prices } = constants, at = constants.price;
      const rows = [constants.coefficients, ...draws], price = inputs.price, { kinds, width } = constants;
      const known = rows.flatMap((row) => Array.from({ length: kinds }, (_, k) => row.slice(k * width, (k + 1) * width)));
      const size = (row, k) => (kinds > 1 ? row[kinds * width + k] : 1);
      const options = constants.inputs.map((name) => inputs[name]);
      const moved = Math.abs(price / today.price - 1) >= SAME || options.some((one, i) => one !== today.options[i]);
      const others = known.map((b) => {
        const made = constants.rivals.map(([dear, columns]) => columns.reduce((all, c) => all + b[c], b[at] * dear));
        if (constants.none >= 0) made.push(b[constants.none]);
        if (!made.length) return [0, 0];
        const top = Math.max(...made);
        return [top, made.reduce((all, one) => all + Math.exp(one - top), 0)];
      });
      const own = (chosen) => {
        const places = chosen.map((option, i) => constants.options[i].indexOf(option));
        const columns = places.map((place, i) => constants.columns[i][place]).filter((c) => c >= 0);
        const cost = places.reduce((all, place, i) => all + constants.costs[i][place], constants.unit_cost);
        return [known.map((b) => columns.reduce((all, c) => all + b[c], 0)), cost];
      };
      const net = (value) => value / (1 + constants.vat_rate);
      const each = ([utility], dear) => known.map((b, d) => (
        1 / (1 + others[d][1] * Math.exp(others[d][0] - (utility[d] + b[at] * dear)))));
      const shares = (made, dear) => {
        const parts = each(made, dear);
        return rows.map((row, d) => Array.from({ length: kinds }, (_, k) => size(row, k) * parts[d * kinds + k])
          .reduce((all, one) => all + one, 0));
      };
      const margins = (made, dear) => shares(made, dear).map((share) => 100 * share * (net(dear) - made[1]));
      const now = own(options), share = shares(now, price), margin = margins(now, price);
      const before = margins(own(today.options), today.price), change = margin.map((value, d) => value - before[d]);
      const chance = moved ? change.slice(1).filter((value) => value > 0).length / draws.length : Infinity;
      const [lowest, highest] = constants.tested, outside = !(lowest <= price && price <= highest);
      const tails = [(1 - constants.level) / 2, (1 + constants.level) / 2];
      const told = (made) => [made[0], ...tails.map((tail) => quantile(sorted(made.slice(1)), tail))];
      const lines = prices.map((one) => told(margins(now, one))), last = prices.length - 1;
      return {
        figures: {
          share: told(share), revenue: told(share.map((value) => 100 * value * net(price))), margin: told(margin),
          change: moved ? told(change) : [0, null, null], chance: [chance, null, null],
        },
        curve: {
          x: prices, value: lines.map((one) => one[0]), low: lines.map((one) => one[1]), high: lines.map((one) => one[2]),
          target: margin[0], mark: (last * (price - prices[0])) / (prices[last] - prices[0]),
        },
        case: !moved ? "today" : outside ? "beyond" : chance >= 0.9 ? "likely" : chance <= 0.1 ? "unlikely" : "open",
      };
    },
    ranking(inputs, constants, draws) {
      const given = constants.inputs.map((name) => inputs[name]), k = given.length;
      const total = given.reduce((all, one) => all + one, 0);
      const weights = given.map((one) => (total > 0 ? one / total : 1 / k));
      const weighed = (row, at) => weights.reduce((all, weight, i) => all + weight * row[at * k + i], 0);
      const values = constants.scores.map((row) => weighed(row, 0)), lead = values.indexOf(Math.max(...values));
      const ahead = draws.map((row) => {
        const own = values.map((_, at) => weighed(row, at));
        return own.map((one) => own.filter((other) => other > one + 1e-9).length);
      });
      const share = (holds) => ahead.filter(holds).length / ahead.length;
      const figures = { first: [share((row) => row[lead] === 0), null, null], total: [total, null, null] };
      values.forEach((_, at) => { figures[`top_${at + 1}`] = [share((row) => row[at] < constants.top), null, null]; });
      return { figures, case: `first_${lead + 1}` };
    },
    delivery(inputs, constants, draws) {
      const SAME = 1e-9, SUREST = 0.99, { moved: m, cars: c, distance: d, boxes: b } = inputs;
      const rows = [constants.point, ...draws];
      const kg = rows.map(([boxes, rest, step, car, stepCar, bus, stepBus]) => (
        boxes * (1 + b) + rest + m * step + ((1 + c) * (1 + d) * (car + m * stepCar) + (1 + d) * (bus + m * stepBus))));
      const change = kg.map((value, i) => value - (rows[i][0] + rows[i][1] + rows[i][3] + rows[i][5]));
      const money = rows.map((row) => m * row[7]), spent = money.map((value) => constants.cost + value);
      const isMoved = [m, c, d, b].some((one) => Math.abs(one) >= SAME);
      const share = change.slice(1).filter((value) => value < 0).length / draws.length;
      const chance = isMoved ? Math.min(Math.max(share, 1 - SUREST), SUREST) : Infinity;
      const tails = [(1 - constants.level) / 2, (1 + constants.level) / 2];
      const told = (made) => [made[0], ...tails.map((tail) => quantile(sorted(made.slice(1)), tail))];
      return {
        figures: {
          kg: told(kg.map((value) => value / constants.orders)), change: isMoved ? told(change) : [0, null, null],
          money: m >= SAME ? told(money) : [0, null, null], cost: m >= SAME ? told(spent) : [spent[0], null, null],
          chance: [chance, null, null],
        },
        case: !isMoved ? "today" : chance >= 0.9 ? "likely" : chance <= 0.1 ? "unlikely" : "open",
      };
    },
  };

  /* A figure as Python writes it: decimal digits shifted and rounded half to even, then marks and nouns of the language. */
  function written(value, formats) {
    const size = Math.abs(value);
    const format = formats.find((one) => one.only === size) || formats.findLast((one) => one.only === null && one.from <= size);
    const [mantissa, exponent] = size.toExponential().split("e");
    const digits = mantissa.replace(".", "");
    const keep = 1 + Number(exponent) + format.shift + format.decimals;
    let whole = BigInt(keep > 0 ? digits.slice(0, keep).padEnd(keep, "0") : "0");
    const rest = keep < 0 ? "0" : digits.slice(keep).replace(/0+$/, "");
    if (rest > "5" || (rest === "5" && whole % 2n === 1n)) whole += 1n;
    const text = String(whole).padStart(format.decimals + 1, "0");
    let before = text.slice(0, text.length - format.decimals);
    if (before.length >= format.least) before = before.replace(/\B(?=(\d{3})+$)/g, format.group);
    const after = format.decimals ? format.decimal + text.slice(-format.decimals) : "";
    const [prefix, suffix] = value < 0 && /[1-9]/.test(text) ? format.minus : format.plus;
    return prefix + before + after + suffix;
  }

  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function run(panel, inputs) {
    return MODELS[panel.model](inputs, panel.constants, panel.draws);
  }

  function told(panel, inputs, made) {
    const values = {};
    for (const one of panel.inputs) {
      values[one.id] = one.options ? one.options[inputs[one.id]] : written(inputs[one.id], one.format);
    }
    for (const figure of panel.figures) {
      const [value, low, high] = made.figures[figure.id];
      const say = (number) => (Number.isFinite(number) ? written(number, figure.format) : figure.beyond);
      values[figure.id] = say(value);
      const none = low === null || !Number.isFinite(low);
      const bounds = none ? {} : { low: written(low, figure.first), high: say(high) };
      values[figure.id + "_interval"] = none ? "" : filled(panel.interval, bounds);
    }
    return { values, sentence: filled(panel.sentences[made.case], values) };
  }

  const NS = "http://www.w3.org/2000/svg";
  function draw(svg, panel, curve, values) {
    const width = svg.parentElement.clientWidth || 640, height = 264;
    const [left, right, top, bottom] = [60, 76, 16, 44];
    const last = curve.value.length - 1;
    const x = (age) => left + ((width - left - right) * age) / last;
    const y = (value) => height - bottom - ((height - top - bottom) * Math.max(value, 0)) / panel.chart.top;
    const parts = [];
    const add = (name, attributes, text) => {
      const made = document.createElementNS(NS, name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      if (text !== undefined) made.textContent = text;
      parts.push(made);
    };
    const points = (values) => values.map((value, age) => `${x(age).toFixed(1)},${y(value).toFixed(1)}`);
    for (const tick of ticks(panel.chart.top)) {
      add("line", { class: "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) });
      add("text", { x: left - 8, y: y(tick) + 4, "text-anchor": "end" }, written(tick, panel.chart.format));
    }
    for (let age = 0; age <= last; age += curve.x ? last / 4 : last > 12 ? 6 : 3) {
      const label = curve.x ? written(curve.x[age], panel.chart.format) : String(age);
      add("text", { x: x(age), y: height - bottom + 20, "text-anchor": "middle" }, label);
    }
    add("text", { x: left, y: height - 4 }, panel.chart.x);
    add("polygon", { class: "band", points: [...points(curve.low), ...points(curve.high).reverse()].join(" ") });
    add("line", { class: "target", x1: left, x2: width - right, y1: y(curve.target), y2: y(curve.target) });
    add("polyline", { class: "line", points: points(curve.value).join(" ") });
    if (Number.isFinite(curve.mark)) {
      add("line", { class: "mark", x1: x(curve.mark), x2: x(curve.mark), y1: y(curve.target), y2: height - bottom });
      add("circle", { class: "dot", cx: x(curve.mark), cy: y(curve.target), r: 5 });
    }
    add("text", { class: "end", x: x(last) + 8, y: y(curve.value[last]) + 4 }, written(curve.value[last], panel.chart.format));
    /* The name stands where the curve is not: below on the right if it crosses early, above on the left if late or never. */
    const early = curve.mark < last / 2;
    const place = early
      ? { x: width - right, y: y(curve.target) + 18, "text-anchor": "end" }
      : { x: left + 8, y: y(curve.target) - 8 };
    add("text", { class: "name", ...place }, filled(panel.chart.target, values));
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren(...parts);
  }

  function ticks(top) {
    const rough = top / 4, unit = 10 ** Math.floor(Math.log10(rough));
    const step = unit * [1, 2, 5, 10].find((times) => times * unit >= rough);
    return Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step);
  }

  function open(root) {
    const panel = JSON.parse(root.querySelector("script").textContent);
    const find = (name) => root.querySelector(`[data-of="${name}"]`);
    const controls = panel.inputs.map((one) => [...root.querySelectorAll(`[name="${panel.id}-${one.id}"]`)]);
    const svg = root.querySelector("svg"), spoken = root.querySelector("output");
    let waiting;

    const inputs = () => Object.fromEntries(panel.inputs.map((one, i) => [
      one.id, one.options ? controls[i].find((box) => box.checked).value : one.low + Number(controls[i][0].value) * one.step,
    ]));

    function update() {
      const now = inputs(), made = run(panel, now), { values, sentence } = told(panel, now, made);
      panel.inputs.forEach((one, i) => {
        if (one.options) return;
        find(one.id).textContent = values[one.id];
        controls[i][0].setAttribute("aria-valuetext", values[one.id]);
      });
      for (const figure of panel.figures) {
        const bounds = values[figure.id + "_interval"];
        find(figure.id).textContent = values[figure.id];
        find(figure.id + "_interval").textContent = bounds && filled(panel.interval_label, { bounds });
      }
      if (svg) draw(svg, panel, made.curve, values);
      if (svg) svg.setAttribute("aria-label", sentence);
      clearTimeout(waiting);
      waiting = setTimeout(() => { if (spoken.textContent !== sentence) spoken.textContent = sentence; }, 500);
    }

    function reset() {
      panel.inputs.forEach((one, i) => {
        if (one.options) controls[i].forEach((box) => { box.checked = box.value === one.default; });
        else controls[i][0].value = one.start;
      });
      update();
    }

    controls.flat().forEach((control) => control.addEventListener("input", update));
    root.querySelector("button").addEventListener("click", reset);
    root.querySelector(".play").hidden = false;
    root.querySelector("details").open = false;
    root.whatif = { panel, run: (given) => run(panel, given), told: (given) => told(panel, given, run(panel, given)), written };
    reset();
    if (svg) new ResizeObserver(update).observe(svg.parentElement);
  }

  document.querySelectorAll(".whatif").forEach(open);
})();

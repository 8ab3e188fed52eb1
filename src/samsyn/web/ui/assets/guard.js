// The free-text guard in the browser: the same rules as samsyn.domain.guard, read from the file that
// `python -m samsyn.domain.guard --browser` writes. It stops a text before it is sent; the server
// checks again before it is saved. Positions are those of JavaScript strings (UTF-16).
// checkText(text, rules, {allowedNames, functionNumbers, areaCodes, today: "2026-11-20"})

const ACCENTS_FROM = "éèêëáàâãíìîïóòôõúùûüñçčćšžýøæ";
const ACCENTS_TO = "eeeeaaaaiiiioooouuuuncccszyöä";
const PARTICLES = new Set(["von", "af", "de", "al", "el", "bin", "la", "ben", "abu"]);
const OF_THINGS_TOO = new Set(["är", "har", "hade", "var", "får", "fick", "kan", "ska", "kommer", "ligger", "blir"]);
const NEAR = /^[ \n]{1,3}$/;
const INITIAL_GAP = /^\.? {0,2}$/;
const LISTED_GAP = /^ {0,2}[,;|_] {0,2}$/;
const NUMBER = /[0-9]+(?:[.,:][0-9]+)?%?/g;
const NEARBY = 200;
const SIX_AND_FOUR = /(?<![0-9])[0-9]{2} ?[0-9]{2} ?[0-9]{2} {1,3}[0-9]{4}(?![0-9])/g;
const WORD_CUES = {
  age_words: "age", gender: "gender", look: "look", origin: "origin", home_words: "home",
  relation: "relation", vehicle: "vehicle",
};
const MARK = /\p{M}/u;
const compiledRules = new WeakMap();

function fold(word) {
  let folded = "";
  for (const character of word.toLowerCase()) {
    const at = ACCENTS_FROM.indexOf(character);
    folded += at < 0 ? character : ACCENTS_TO[at];
  }
  return folded;
}

class WordList {
  constructor(lines) {
    const words = fold(lines.join(" ")).split(/\s+/).filter(Boolean);
    this.exact = new Set(words.filter((word) => !word.includes("*")));
    this.beginnings = words.filter((word) => word.endsWith("*")).map((word) => word.slice(0, -1));
    this.endings = words.filter((word) => word.startsWith("*")).map((word) => word.slice(1));
  }
  has(word) {
    return this.exact.has(word) || this.beginnings.some((b) => word.startsWith(b))
      || this.endings.some((e) => word.endsWith(e));
  }
}

function compile(raw) {
  if (compiledRules.has(raw)) return compiledRules.get(raw);
  const lists = {};
  const regexes = {};
  for (const section of ["numbers", "names", "verbs", "description", "sensitive", "acute", "lookout", "stash"]) {
    for (const [key, value] of Object.entries(raw[section])) {
      if (key === "regexes") regexes[section] = value.map((one) => new RegExp(one, "g"));
      else if (Array.isArray(value) && key !== "allowed_phrases") lists[`${section}.${key}`] = new WordList(value);
      else if (typeof value === "string" && section === "description") {
        regexes[`description.${key}`] = [new RegExp(value, "g")];
      }
    }
  }
  const characters = (codes) => new Set(codes.split(" ").map((code) => String.fromCodePoint(parseInt(code, 16))));
  const digits = new Map();
  for (const zero of raw.normalise.digit_zeros.split(" ")) {
    for (let i = 0; i < 10; i += 1) digits.set(String.fromCodePoint(parseInt(zero, 16) + i), String(i));
  }
  const compiled = {
    raw, lists, regexes, digits, seen: new Map(),
    drop: characters(raw.normalise.drop),
    hyphens: characters(raw.normalise.hyphens),
    lookalikes: new Map(Object.entries(raw.normalise.lookalikes)),
    word: new RegExp(`[${raw.letters}]+(?:['’´-][${raw.letters}]+)*`, "g"),
    sentenceEnd: /[.!?…] +(?=[A-ZÀ-ÖØ-Þ0-9])|\n+/g,
    patterns: raw.patterns.map((one) => ({ ...one, regex: new RegExp(one.regex, "g") })),
    firstNames: new Set([...lists["names.first"].exact, ...lists["names.first_extra"].exact]),
    lastNames: new Set([...lists["names.last"].exact, ...lists["names.last_extra"].exact]),
    lastSuffixes: [...lists["names.last_suffixes"].exact],
    placeSuffixes: [...lists["names.place_suffixes"].exact],
  };
  compiledRules.set(raw, compiled);
  return compiled;
}

const isLetter = (character) => /\p{L}/u.test(character);
const isUpper = (word) => word !== word.toLowerCase() && word === word.toUpperCase();
const isCapital = (word) => isUpper(word[0]);

function comparable(cluster, data) {
  if (!data.seen.has(cluster)) {
    let found = "";
    for (const character of cluster.normalize("NFKC")) {
      if (data.drop.has(character)) continue;
      if (data.hyphens.has(character)) found += "-";
      else if ("\t\r\v\f".includes(character) || /\p{Zs}/u.test(character)) found += " ";
      else if ("\u2028\u2029\u0085".includes(character)) found += "\n";
      else found += data.digits.get(character) || data.lookalikes.get(character) || character;
    }
    data.seen.set(cluster, found);
  }
  return data.seen.get(cluster);
}

function normalise(text, data) {
  const characters = [];
  const starts = [];
  const ends = [];
  for (let i = 0; i < text.length;) {
    let j = i + String.fromCodePoint(text.codePointAt(i)).length;
    while (j < text.length && text[j] >= "\u0300") {
      const mark = String.fromCodePoint(text.codePointAt(j));
      if (!MARK.test(mark)) break;
      j += mark.length;
    }
    for (const unit of comparable(text.slice(i, j), data).split("")) {
      characters.push(unit);
      starts.push(i);
      ends.push(j);
    }
    i = j;
  }
  const joined = characters.join("");
  const plain = joined.replace(/[0-9OoIl]+/g, (run, at) => {
    const beside = joined.slice(Math.max(at - 1, 0), at) + joined.slice(at + run.length, at + run.length + 1);
    if ([...beside].some(isLetter) || !/[0-9]/.test(run)) return run;
    return run.replace(/[Oo]/g, "0").replace(/[Il]/g, "1");
  });
  const low = plain.split("").map((c) => (c.toLowerCase().length === 1 ? c.toLowerCase() : c)).join("");
  return { original: text, plain, low, starts, ends };
}

function tokensOf(text, data) {
  return [...text.plain.matchAll(data.word)].map((m) => ({
    text: m[0], low: fold(m[0]), start: m.index, end: m.index + m[0].length, capital: isCapital(m[0]),
  }));
}

// ---- numbers ------------------------------------------------------------------------------------

class Surroundings {
  constructor(text, data, today, areaCodes, functionNumbers) {
    Object.assign(this, { text, data, today, areaCodes, functionNumbers });
  }
  line(start) {
    const end = this.text.low.indexOf("\n", start);
    const before = start === 0 ? -1 : this.text.low.lastIndexOf("\n", start - 1);
    return [before + 1, end < 0 ? this.text.low.length : end];
  }
  words(text) { return text.match(this.data.word) || []; }
  numbers(text) { return text.match(NUMBER) || []; }
  inNumberRow(start, end) {
    const { low } = this.text;
    const [first, last] = this.line(start);
    const rest = `${low.slice(Math.max(first, start - NEARBY), start)} ${low.slice(end, Math.min(last, end + NEARBY))}`;
    if (this.words(rest).length > 4) return false;
    if (this.numbers(rest).length >= 2) return true;
    const before = first > 1 ? low.slice(first > 1 ? low.lastIndexOf("\n", first - 2) + 1 : 0, first - 1) : "";
    const after = last + 1 < low.length ? low.slice(...this.line(last + 1)) : "";
    return [before, after].map((line) => line.slice(0, NEARBY)).some((line) => this.numbers(line).length >= 2 && this.words(line).length <= 4);
  }
  wordBefore(start) {
    const words = this.words(this.text.low.slice(Math.max(this.line(start)[0], start - 40), start));
    return words.length ? words[words.length - 1] : "";
  }
}

function luhn(digits) {
  let total = 0;
  [...digits].forEach((character, place) => {
    const doubled = Number(character) * (2 - (place % 2));
    total += doubled > 9 ? doubled - 9 : doubled;
  });
  return total % 10 === 0;
}

function birthYear(digits, today) {
  let day = Number(digits.slice(-2));
  day = day > 60 ? day - 60 : day;
  const month = Number(digits.slice(-4, -2));
  const short = Number(digits.slice(0, 2));
  const years = digits.length === 8 ? [Number(digits.slice(0, 4))] : [2000 + short, 1900 + short];
  const pad = (n) => String(n).padStart(2, "0");
  return years.find((year) => {
    const made = new Date(Date.UTC(year, month - 1, day));
    const real = made.getUTCMonth() === month - 1 && made.getUTCDate() === day && day > 0;
    return real && `${year}-${pad(month)}-${pad(day)}` <= today;
  }) ?? null;
}

function livingYear(digits, around) {
  const year = birthYear(digits, around.today);
  const oldest = around.data.raw.numbers.oldest_age;
  return year !== null && Number(around.today.slice(0, 4)) - year <= oldest ? year : null;
}

function personalNumber(match, around) {
  const [, year, gap1, month, gap2, day, gap3, last] = match;
  const born = livingYear(year + month + day, around);
  if (born === null) return "";
  if (!gap1 && !gap2 && beginsWithArea(match, around)) return "";
  const dated = year.length === 4 || Boolean(gap1 || gap2);
  const clock = last.slice(0, 2) <= "23" && last.slice(2) <= "59";
  if (!luhn(year.slice(-2) + month + day + last)) {
    const asTime = dated && (clock || (last >= "1900" && last <= "2099"));
    return gap3.includes("-") && !asTime ? "soft" : "";
  }
  if (dated && clock && born >= around.data.raw.numbers.time_exception_since) return "soft";
  const onlySpaces = ["", " "].includes(gap1) && ["", " "].includes(gap2) && !gap3.trim() && (gap1 || gap2 || gap3);
  return onlySpaces ? inTable(match, around) : "hard";
}

function beginsWithArea(match, around) {
  const code = match[1] + match[3] + match[5];
  const named = around.data.lists["numbers.area_words"].exact.has(around.wordBefore(match.index));
  if (code.length !== 6 || !(named || around.areaCodes.has(code))) return false;
  if (match[7] >= "1900" && match[7] <= "2099") return true;
  return match[6] !== "" && !match[6].trim() && around.inNumberRow(match.index, match.index + match[0].length);
}

function listsPersons(around) {
  if (around.persons === undefined) {
    const shapes = new Set([...around.text.low.matchAll(SIX_AND_FOUR)].map((m) => m[0].replace(/ /g, "")));
    const right = [...shapes].filter(
      (s) => luhn(s) && s.slice(2, 4) <= "12" && livingYear(s.slice(0, 6), around) !== null,
    );
    around.persons = right.length >= 2 && 2 * right.length > shapes.size;
  }
  return around.persons;
}

function inTable(match, around) {
  if (!around.inNumberRow(match.index, match.index + match[0].length)) return "hard";
  return listsPersons(around) ? "hard" : "soft";
}

function nationalNumber(written) {
  const digits = written.replace("(0)", "").replace(/[^0-9+]/g, "");
  for (const abroad of ["+46", "0046"]) {
    if (digits.startsWith(abroad)) return `0${digits.slice(abroad.length).replace(/^0+/, "")}`;
  }
  return digits.replace(/\+/g, "");
}

const end = (match) => match.index + match[0].length;
const CHECKS = {
  "": () => "as written",
  pnr: personalNumber,
  pnr_spaced(match, around) {
    const digits = match[1].replace(/ /g, "");
    return livingYear(digits, around) !== null && luhn(digits.slice(-6) + match[2].replace(/ /g, "")) ? "hard" : "";
  },
  birth: (match, around) => (livingYear(match[1].replace(/[^0-9]/g, ""), around) !== null ? "hard" : ""),
  case: (match, around) => (match[0].includes(" ") && around.inNumberRow(match.index, end(match)) ? "soft" : "hard"),
  phone(match, around) {
    const written = match[0];
    const start = written.search(/[+0-9(]/);
    if (around.functionNumbers.has(start < 0 ? "" : nationalNumber(written.slice(start)))) return "";
    const before = around.text.low.slice(Math.max(0, match.index - 2), match.index);
    if (/[0-9] $/.test(before) && /^0[0-9]{2} {1,3}[0-9 ]+$/.test(written)) { // 1 079 461 is a count
      return around.inNumberRow(match.index, end(match)) ? "" : "soft";
    }
    const codes = around.data.lists["numbers.municipality_codes"].exact;
    const row = codes.has(written.slice(0, 4)) && !written.includes("-") && around.inNumberRow(match.index, end(match));
    return row ? "soft" : "as written";
  },
  foreign_phone: (match, around) => (match[0][0] !== "+" && around.inNumberRow(match.index, end(match)) ? "" : "soft"),
  plate(match, around) {
    const written = match[0];
    if (around.data.lists["numbers.plate_words"].has(written.slice(0, 3).toLowerCase())) return "";
    const row = written[3] === " " && /[0-9]$/.test(written) && around.inNumberRow(match.index, end(match));
    return row ? "soft" : "hard";
  },
  plate_word: (match) => (/[0-9]/.test(match[1]) ? "hard" : ""),
  email(match, around) {
    const local = match[0].split(/@|\(|\[| /)[0];
    const functions = around.data.lists["numbers.mail_functions"];
    return functions.has(local) || functions.has(local.split(/[._+-]/)[0]) ? "" : "hard";
  },
  handle(match, around) {
    const handle = match[0].slice(1).replace(/^\.+|\.+$/g, "");
    return around.data.lists["numbers.place_handles"].has(handle) || /^[0-9]+$/.test(handle) ? "" : "hard";
  },
  handle_word(match, around) {
    const handle = match[1].replace(/^\.+|\.+$/g, "");
    const { lists } = around.data;
    const skip = lists["numbers.handle_words"].has(handle) || lists["numbers.place_handles"].has(handle);
    return skip || /^[0-9]+$/.test(handle) ? "" : "as written";
  },
  dwelling(match, around) {
    if (match[0].includes("lgh") || match[0].includes("läg")) return "hard";
    const [first, last] = around.line(match.index);
    const near = around.text.low.slice(Math.max(first, match.index - 120), Math.min(last, end(match) + 60));
    const places = around.data.lists["numbers.public_floor"];
    return around.words(near).some((word) => places.has(word)) ? "" : "hard";
  },
  ip(match, around) {
    if (Math.max(...match[0].split(".").map(Number)) > 31) return "hard";
    return ["ip", "ip-adress", "ip-nummer"].includes(around.wordBefore(match.index)) ? "soft" : "";
  },
  ipv6: (match) => (/[a-f]/.test(match[0]) || match[0].split(":").length > 7 ? "hard" : "soft"),
};

function findNumbers(around) {
  const found = [];
  for (const rule of around.data.patterns) {
    const subject = rule.on === "plain" ? around.text.plain : around.text.low;
    rule.regex.lastIndex = 0;
    for (let match = rule.regex.exec(subject); match; match = rule.regex.exec(subject)) {
      const verdict = CHECKS[rule.check](match, around);
      if (verdict) {
        const severity = verdict === "as written" ? rule.severity : verdict;
        found.push({ kind: rule.kind, severity, hint: rule.hint, start: match.index, end: end(match) });
      }
      // a match that did not hold may hide one that begins inside it
      rule.regex.lastIndex = verdict ? end(match) : match.index + 1;
    }
  }
  return found;
}

// ---- names --------------------------------------------------------------------------------------

class Reader {
  constructor(text, tokens, data, allowedNames) {
    Object.assign(this, { text, tokens, data });
    this.lists = Object.fromEntries(Object.entries(data.lists).filter(([key]) => key.startsWith("names."))
      .map(([key, value]) => [key.slice(6), value]));
    this.verbs = data.lists["verbs.person"];
    this.placeVerbs = data.lists["verbs.place_person"];
    this.verbsBefore = data.lists["verbs.before"];
    this.allowed = this.allowedIndexes([...data.raw.names.allowed_phrases, ...allowedNames]);
  }
  allowedIndexes(phrases) {
    const byFirst = new Map();
    for (const phrase of phrases) {
      const words = (phrase.match(this.data.word) || []).map(fold);
      if (words.length) byFirst.set(words[0], [...(byFirst.get(words[0]) || []), words]);
    }
    const found = new Set();
    this.tokens.forEach((token, i) => {
      const genitive = token.low.endsWith("s") ? byFirst.get(token.low.slice(0, -1)) || [] : [];
      for (const words of [...(byFirst.get(token.low) || []), ...genitive]) {
        const here = this.tokens.slice(i, i + words.length).map((one) => one.low);
        const last = words.length - 1;
        const same = here.length === words.length && here.slice(0, last).every((w, k) => w === words[k]);
        if (same && (here[last] === words[last] || here[last] === `${words[last]}s`)) {
          for (let k = i; k <= i + last; k += 1) found.add(k);
        }
      }
    });
    return found;
  }
  gap(i) { return this.text.plain.slice(this.tokens[i].end, this.tokens[i + 1].start); }
  near(i) { return i >= 0 && i + 1 < this.tokens.length && NEAR.test(this.gap(i)); }
  base(word, names) {
    if (names.has(word)) return word;
    if (word.endsWith("s") && names.has(word.slice(0, -1))) return word.slice(0, -1);
    if (word.includes("-")) {
      const parts = word.split("-");
      const last = parts[parts.length - 1];
      const ends = [last, last.endsWith("s") ? last.slice(0, -1) : last];
      if (parts.slice(0, -1).every((p) => names.has(p)) && ends.some((e) => names.has(e))) return word;
    }
    return "";
  }
  first(i) {
    const token = this.tokens[i];
    return token && !this.allowed.has(i) ? this.base(token.low, this.data.firstNames) : "";
  }
  surname(i) {
    const token = this.tokens[i];
    if (!token || this.allowed.has(i)) return "";
    const found = this.base(token.low, this.data.lastNames);
    if (found || !token.capital || token.low.length < 6) return found;
    let last = token.low.split("-").pop();
    if (last.endsWith("s")) last = last.slice(0, -1);
    const outside = this.lists.not_surnames.has(token.low) || this.lists.not_surnames.has(last);
    return this.data.lastSuffixes.some((s) => last.endsWith(s)) && !outside ? token.low : "";
  }
  common(name) { return this.lists.common.has(name); }
  startsSentence(i) {
    const { start } = this.tokens[i];
    const before = this.text.plain.slice(Math.max(0, start - 12), start).replace(/[ "'”»(\-*•]+$/, "");
    return !before || ".!?:\n…".includes(before[before.length - 1]);
  }
  placeLike(i) {
    const token = this.tokens[i];
    if (!token) return false;
    return this.lists.place_nouns.has(token.low)
      || (token.low.length > 6 && this.data.placeSuffixes.some((s) => token.low.endsWith(s)));
  }
  namesAPlace(i) {
    if (!this.near(i)) return false;
    const after = this.tokens[i + 1];
    if (this.lists.companies.has(after.low)) return true;
    return this.placeLike(i + 1) && ("szx".includes(this.tokens[i].low.slice(-1)) || after.capital);
  }
  afterSaint(i) {
    const before = this.tokens[i - 1];
    if (!before) return false;
    if (["t", "ta"].includes(before.low) && i >= 2 && this.tokens[i - 2].low === "s") return true;
    return this.lists.saints.has(before.low) && NEAR.test(this.gap(i - 1));
  }
}

function severityOf(reader, i, at) {
  const first = reader.tokens[i];
  const last = reader.tokens[at];
  const firstName = reader.first(i);
  const surname = reader.surname(at);
  if (reader.namesAPlace(at) || (reader.placeLike(at) && !reader.data.lastNames.has(surname))) return "";
  if (first.low !== firstName && first.low.endsWith("s")) return "";
  const commonFirst = reader.common(firstName);
  const commonLast = reader.common(surname);
  const functionWord = reader.lists.function_words.has(firstName);
  const shouting = last.text.length > 1 && isUpper(last.text) && isUpper(first.text);
  if (first.capital && last.capital && !shouting) {
    if (!(commonFirst && commonLast)) return "hard";
    if (reader.lists.place_first.has(firstName)) return "";
    return reader.startsSentence(i) || functionWord ? "soft" : "hard";
  }
  if (first.capital && !last.capital) return commonLast ? "" : "hard";
  if (!commonLast) return functionWord && !last.capital ? "soft" : "hard";
  return commonFirst ? "" : "soft";
}

function unknownSurname(reader, i) {
  const first = reader.tokens[i];
  const last = reader.tokens[i + 1];
  if (!last || !reader.near(i) || reader.gap(i).includes("\n") || reader.allowed.has(i + 1)) return [0, ""];
  const firstName = reader.first(i);
  const clear = first.capital && first.low === firstName && !reader.common(firstName);
  if (!clear || reader.lists.place_first.has(firstName)) return [0, ""];
  const asName = last.capital && last.text.length > 2 && !isUpper(last.text);
  return !asName || reader.placeLike(i + 1) || reader.namesAPlace(i + 1) ? [0, ""] : [2, "soft"];
}

function initialAndSurname(reader, i) {
  const token = reader.tokens[i];
  if (token.text.length !== 1 || !token.capital || "IÅÖ".includes(token.text)) return [0, ""];
  if (i + 1 >= reader.tokens.length || reader.allowed.has(i)) return [0, ""];
  const surname = reader.surname(i + 1);
  if (!surname || !reader.tokens[i + 1].capital || reader.common(surname) || reader.namesAPlace(i + 1)) return [0, ""];
  const alone = i === 0 || " \n(".includes(reader.text.plain[token.start - 1]);
  return alone && INITIAL_GAP.test(reader.gap(i)) ? [2, "soft"] : [0, ""];
}

function fullName(reader, i) {
  const first = reader.first(i);
  if (!first) return initialAndSurname(reader, i);
  if (reader.afterSaint(i)) return [1, ""];
  const { tokens } = reader;
  const listed = i + 1 < tokens.length && LISTED_GAP.test(reader.gap(i));
  if (listed && reader.surname(i + 1) && !reader.first(i + 1) && tokens[i + 1].capital) {
    const sure = !reader.common(first) && !reader.common(reader.surname(i + 1));
    return sure && tokens[i].capital ? [2, "hard"] : [0, ""];
  }
  const afterInitial = (at) => tokens[at - 1].low.length === 1 && tokens[at - 1].capital && INITIAL_GAP.test(reader.gap(at - 1));
  for (let at = i + 1; at - i <= 3 && at < tokens.length && (reader.near(at - 1) || afterInitial(at)); at += 1) {
    const { low } = tokens[at];
    const middle = Boolean(reader.first(at)) || PARTICLES.has(low) || (low.length === 1 && tokens[at].capital);
    const follows = at + 1 < tokens.length && (reader.near(at) || low.length === 1);
    const goesOn = middle && follows && (reader.surname(at + 1) || reader.first(at + 1) || PARTICLES.has(low));
    if (reader.surname(at) && !(goesOn && reader.surname(at + 1))) return [at - i + 1, severityOf(reader, i, at)];
    if (!goesOn) break;
  }
  return unknownSurname(reader, i);
}

function reversedName(reader, i) {
  const surname = reader.surname(i);
  const first = reader.first(i + 1);
  if (!surname || !first || reader.first(i)) return [0, ""];
  if (!(reader.tokens[i].capital && reader.tokens[i + 1].capital)) return [0, ""];
  if (reader.common(surname) || reader.common(first) || reader.tokens[i].low !== surname) return [0, ""];
  const between = reader.gap(i);
  return between === " " || LISTED_GAP.test(between) ? [2, "hard"] : [0, ""];
}

function nameThenVerb(reader, i, verbs) {
  const after = reader.tokens[i + 1];
  const then = reader.tokens[i + 2];
  if (!after || !then || !reader.near(i + 1)) return false;
  if (["och", "samt", "eller"].includes(after.low)) {
    const last = reader.tokens[i + 3];
    return Boolean(reader.first(i + 2)) && then.capital && Boolean(last) && verbs.has(last.low);
  }
  return ["som", "inte", "ofta", "alltid", "också", "igen", "själv"].includes(after.low) && verbs.has(then.low);
}

function singleName(reader, i) {
  const token = reader.tokens[i];
  const name = reader.first(i);
  const after = reader.near(i) ? reader.tokens[i + 1] : null;
  if (!name) {
    const surname = reader.surname(i);
    if (surname !== token.low || !token.capital || reader.common(surname) || !reader.data.lastNames.has(surname)) return false;
    return after !== null && reader.verbs.has(after.low) && !OF_THINGS_TOO.has(after.low);
  }
  if (reader.afterSaint(i) || (after && reader.placeLike(i + 1))) return false;
  const asPlace = reader.lists.place_first.has(name);
  if (token.low !== name && token.low.endsWith("s")) {
    const owned = after !== null && reader.lists.relations.has(after.low);
    return owned && token.capital && !asPlace && !(reader.common(name) && reader.startsSentence(i));
  }
  const common = reader.common(name);
  const functionWord = reader.lists.function_words.has(name);
  if (name.length < 3 || !(token.capital || !common) || (asPlace && !token.capital)) return false;
  if (common && (reader.startsSentence(i) || functionWord)) {
    return !asPlace && after !== null && reader.placeVerbs.has(after.low) && !functionWord;
  }
  const verbs = asPlace ? reader.placeVerbs : reader.verbs;
  if (after !== null && (verbs.has(after.low) || nameThenVerb(reader, i, verbs))) return true;
  const before = reader.tokens[i - 1];
  if (!before || !reader.near(i - 1) || !token.capital || asPlace) return false;
  return (reader.verbsBefore.has(before.low) || reader.verbs.has(before.low)) && !(after !== null && after.capital);
}

function findNames(reader) {
  const found = [];
  for (let i = 0; i < reader.tokens.length;) {
    let [length, severity] = fullName(reader, i);
    if (!length) [length, severity] = reversedName(reader, i);
    if (!length && singleName(reader, i)) [length, severity] = [1, "soft"];
    if (length && severity) {
      found.push({
        kind: "name", severity, hint: "say_role_not_name",
        start: reader.tokens[i].start, end: reader.tokens[i + length - 1].end,
      });
    }
    i += Math.max(length, 1);
  }
  return found;
}

// ---- descriptions, sensitive words, emergencies -------------------------------------------------

function sentencesOf(text, data) {
  const spans = [];
  let start = 0;
  for (const stop of text.plain.matchAll(data.sentenceEnd)) {
    spans.push([start, stop.index + 1]);
    start = stop.index + stop[0].length;
  }
  spans.push([start, text.plain.length]);
  return spans.filter(([a, b]) => b > a);
}

function findDescriptions(text, tokens, data, today, named) {
  const sentences = sentencesOf(text, data).map(([start, stop]) => ({
    start, stop, cues: {}, minor: false, singular: false, plural: false, anchored: false,
  }));
  if (!sentences.length) return [];
  const at = (position) => {
    let low = 0;
    let high = sentences.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sentences[middle].start <= position) low = middle + 1;
      else high = middle;
    }
    return sentences[Math.max(low - 1, 0)];
  };
  const { lists, regexes } = data;
  const list = (name) => lists[`description.${name}`];
  const all = (name) => text.low.matchAll(regexes[`description.${name}`][0]);
  const add = (sentence, cue, start, stop) => { (sentence.cues[cue] ||= []).push([start, stop]); };
  const addMatch = (cue, match) => add(at(match.index), cue, match.index, end(match));
  const wordsBefore = (position) => text.low.slice(Math.max(0, position - 16), position).match(data.word) || [];
  const wordAt = (position) => {
    const m = text.low.slice(position, position + 40).match(data.word);
    return m && text.low.startsWith(m[0], position) ? m[0] : null;
  };
  const addAge = (match, years) => {
    addMatch("age", match);
    const sentence = at(match.index);
    sentence.anchored = true;
    if (years < 18) sentence.minor = true;
    return sentence;
  };

  for (const token of tokens) {
    const sentence = at(token.start);
    for (const [name, cue] of Object.entries(WORD_CUES)) {
      if (list(name).has(token.low)) {
        add(sentence, cue, token.start, token.end);
        if (["age", "gender", "relation"].includes(cue)) sentence.anchored = true;
      }
    }
    if (list("singular").has(token.low)) sentence.singular = true;
    if (list("plural").has(token.low)) sentence.plural = true;
    if (list("anchors").has(token.low)) sentence.anchored = true;
    if (list("minor_words").has(token.low)) {
      sentence.minor = true;
      if (!token.low.endsWith("ar")) sentence.singular = true;
    }
  }
  for (const match of all("age")) {
    const after = wordAt(end(match) + 1);
    if (after && list("not_people").has(after)) continue;
    const sentence = addAge(match, Number(match[1]));
    if (["åringar", "åringarna", "åringarnas"].includes(match[2])) sentence.plural = true;
    if (["årig", "åring", "åringen", "åringens"].includes(match[2])) sentence.singular = true;
  }
  for (const match of all("years")) {
    const before = wordsBefore(match.index);
    const after = wordAt(end(match) + 1);
    const toldOff = (before.length && list("not_before_years").has(before[before.length - 1]))
      || (after && list("not_after_years").has(after));
    if (!toldOff && Number(match[1]) >= 5) {
      const sentence = addAge(match, Number(match[1]));
      if (match[2] !== undefined) sentence.plural = true;
    }
  }
  for (const match of all("noun_age")) {
    if (Number(match[1]) >= 5) addAge(match, Number(match[1]));
  }
  const thisYear = Number(today.slice(0, 4));
  for (const match of all("born")) {
    let year = Number(match[1]);
    if (year < 100) year += year <= thisYear % 100 ? 2000 : 1900;
    if (thisYear - year >= 0 && thisYear - year <= 110) addAge(match, thisYear - year);
  }
  for (const match of all("singular_phrase")) {
    const sentence = at(match.index);
    sentence.singular = true;
    sentence.anchored = true;
    if (match[0].endsWith(" barn") || match[0].endsWith(" minderårig")) {
      sentence.minor = true;
      addMatch("age", match);
    }
  }
  for (const match of all("man_phrase")) {
    addMatch("gender", match);
    at(match.index).singular = true;
    at(match.index).anchored = true;
  }
  for (const match of all("height")) addMatch("look", match);
  for (const match of all("attends")) addMatch("home", match);
  for (const match of all("from")) {
    const word = match[1];
    const start = end(match) - word.length;
    const capital = isUpper(text.plain[start]) && !list("not_home").has(word);
    if (list("districts").has(word) || (capital && !data.placeSuffixes.some((s) => word.endsWith(s)))) {
      add(at(start), "home", start, end(match));
    }
  }
  for (const { start } of named) {
    at(start).singular = true;
    at(start).anchored = true;
  }
  const found = [];
  for (const sentence of sentences) {
    const cues = Object.keys(sentence.cues);
    const others = cues.filter((cue) => cue !== "age").length;
    let severity = "";
    let hint = "no_description";
    if (sentence.minor && others >= 2 && sentence.singular) severity = "hard";
    else if (cues.length >= 3 && sentence.anchored) {
      severity = "soft";
      if (sentence.plural && !sentence.singular) hint = "say_class_and_area";
    }
    if (severity) {
      const spans = Object.values(sentence.cues).flat();
      const [start, stop] = [Math.min(...spans.map((s) => s[0])), Math.max(...spans.map((s) => s[1]))];
      found.push({ kind: "description", severity, hint, start, end: stop });
    }
  }
  return found;
}

function findSensitive(text, tokens, data) {
  const make = (start, stop) => ({ kind: "sensitive", severity: "soft", hint: data.raw.sensitive.hint, start, end: stop });
  const words = data.lists["sensitive.words"];
  const found = tokens.filter((t) => words.has(t.low)).map((t) => make(t.start, t.end));
  for (const regex of data.regexes.sensitive) {
    for (const match of text.low.matchAll(regex)) found.push(make(match.index, end(match)));
  }
  return found;
}

function findUrgent(text, data) {
  const found = [];
  const conditions = data.lists["acute.conditions"];
  for (const [kind, severity] of [["acute", "hard"], ["lookout", "soft"], ["stash", "soft"]]) {
    for (const regex of data.regexes[kind]) {
      for (const match of text.low.matchAll(regex)) {
        const before = text.low.slice(Math.max(0, match.index - 16), match.index).match(data.word) || [];
        if (before.length && conditions.has(before[before.length - 1])) continue;
        found.push({ kind, severity, hint: data.raw[kind].hint, start: match.index, end: end(match) });
      }
    }
  }
  return found;
}

function withoutOverlap(found) {
  const taken = [];
  const kept = [];
  const order = (a, b) => (a.severity < b.severity ? -1 : a.severity > b.severity ? 1 : 0)
    || (a.start - a.end) - (b.start - b.end) || a.start - b.start;
  for (const one of [...found].sort(order)) {
    let low = 0;
    let high = taken.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (taken[middle].start < one.start) low = middle + 1;
      else high = middle;
    }
    const clear = (low === 0 || taken[low - 1].end <= one.start)
      && (low === taken.length || taken[low].start >= one.end);
    if (clear) {
      taken.splice(low, 0, one);
      kept.push(one);
    }
  }
  return kept;
}

export function checkText(text, rules, context = {}) {
  const data = compile(rules);
  const today = context.today || new Date().toISOString().slice(0, 10);
  const allowedNames = context.allowedNames || context.allowed_names || [];
  const normal = normalise(text, data);
  const around = new Surroundings(
    normal, data, today,
    new Set((context.areaCodes || context.area_codes || []).map((code) => code.replace(/ /g, ""))),
    new Set((context.functionNumbers || context.function_numbers || []).map(nationalNumber)),
  );
  const tokens = tokensOf(normal, data);
  const names = findNames(new Reader(normal, tokens, data, allowedNames));
  const found = [
    ...withoutOverlap(findNumbers(around)),
    ...names,
    ...findDescriptions(normal, tokens, data, today, names),
    ...withoutOverlap(findSensitive(normal, tokens, data)),
    ...withoutOverlap(findUrgent(normal, data)),
  ];
  found.sort((a, b) => a.start - b.start || b.end - a.end || (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0));
  const hits = found.map((one) => {
    const start = normal.starts[one.start];
    const stop = normal.ends[one.end - 1];
    return { kind: one.kind, severity: one.severity, start, end: stop, matched: text.slice(start, stop), hintCode: one.hint };
  });
  return {
    hits,
    isClean: hits.length === 0,
    hasHard: hits.some((hit) => hit.severity === "hard"),
    hasSoft: hits.some((hit) => hit.severity === "soft"),
    isUrgent: hits.some((hit) => hit.kind === "acute"),
  };
}

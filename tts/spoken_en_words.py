"""English abbreviations, acronyms, units and sizes, and what is said for them."""

from __future__ import annotations

from tts.spoken_plain import words

# written: (one, many)
UNITS = {
    "kg": ("kilogram", "kilograms"),
    "kgs": ("kilogram", "kilograms"),
    "g": ("gram", "grams"),
    "mg": ("milligram", "milligrams"),
    "lb": ("pound", "pounds"),
    "lbs": ("pound", "pounds"),
    "oz": ("ounce", "ounces"),
    "km": ("kilometer", "kilometers"),
    "m": ("meter", "meters"),
    "cm": ("centimeter", "centimeters"),
    "mm": ("millimeter", "millimeters"),
    "sqm": ("square meter", "square meters"),
    "ft": ("foot", "feet"),
    "yd": ("yard", "yards"),
    "mi": ("mile", "miles"),
    "inch": ("inch", "inches"),
    "mph": ("mile per hour", "miles per hour"),
    "km/h": ("kilometer per hour", "kilometers per hour"),
    "L": ("liter", "liters"),
    "l": ("liter", "liters"),
    "ml": ("milliliter", "milliliters"),
    "mL": ("milliliter", "milliliters"),
    "KB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"),
    "GB": ("gigabyte", "gigabytes"),
    "TB": ("terabyte", "terabytes"),
    "Mbps": ("megabit per second", "megabits per second"),
    "Gbps": ("gigabit per second", "gigabits per second"),
    "Hz": ("hertz", "hertz"),
    "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"),
    "MP": ("megapixel", "megapixels"),
    "V": ("volt", "volts"),
    "A": ("amp", "amps"),
    "mA": ("milliamp", "milliamps"),
    "mAh": ("milliamp hour", "milliamp hours"),
    "W": ("watt", "watts"),
    "kW": ("kilowatt", "kilowatts"),
    "Wh": ("watt hour", "watt hours"),
    "kWh": ("kilowatt hour", "kilowatt hours"),
    "dB": ("decibel", "decibels"),
    "fps": ("frame per second", "frames per second"),
    "dpi": ("dot per inch", "dots per inch"),
    "psi": ("P S I", "P S I"),
    "rpm": ("R P M", "R P M"),
    "ms": ("millisecond", "milliseconds"),
    "s": ("second", "seconds"),
    "sec": ("second", "seconds"),
    "secs": ("second", "seconds"),
    "min": ("minute", "minutes"),
    "mins": ("minute", "minutes"),
    "h": ("hour", "hours"),
    "hr": ("hour", "hours"),
    "hrs": ("hour", "hours"),
    "wk": ("week", "weeks"),
    "wks": ("week", "weeks"),
    "yr": ("year", "years"),
    "yrs": ("year", "years"),
    "pc": ("piece", "pieces"),
    "pcs": ("piece", "pieces"),
    "pk": ("pack", "pack"),
    "ct": ("count", "count"),
    "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "° C": ("degree Celsius", "degrees Celsius"),
    "° F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"),
}
# With a space before them these are words or names more often than units: "size 5 A", "2 in 1".
ONLY_GLUED = frozenset(("A", "s", "h", "°"))

# After an amount these say that no noun follows: "10 inches wide", "5 kilograms in a box".
NO_NOUNS = frozenset(
    words(
        "wide tall long high deep thick and or of in at is are was were for to per by with from on off a an "
        "the than each only left more less under over total max apart away remaining you we it if when which "
        "that but as will can would should then so x times both plus minus"
    )
)

PER = {
    "mo": "month",
    "yr": "year",
    "hr": "hour",
    "wk": "week",
    "pc": "piece",
    "ea": "each",
    "kg": "kilogram",
    "lb": "pound",
    "oz": "ounce",
    "g": "gram",
    "l": "liter",
    "L": "liter",
    "m": "meter",
    "s": "second",
    "h": "hour",
    "min": "minute",
    "GB": "gigabyte",
} | {
    word: word
    for word in words(
        "second minute hour day night week month quarter year person people user customer unit item piece "
        "pair pack box bottle set order seat kilogram gram pound ounce liter meter foot yard mile call "
    )
}

SIZES = {
    "XXXS": "triple extra small",
    "XXS": "double extra small",
    "XS": "extra small",
    "S": "small",
    "M": "medium",
    "L": "large",
    "XL": "extra large",
    "XXL": "double extra large",
    "XXXL": "triple extra large",
}
NUMBER_STARTS = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
TIMES_EXTRA = {"2": "double", "3": "triple", "4": "four times", "5": "five times", "6": "six times"}

# Said whole, wherever they stand, with or without their dot.
ABBREVIATIONS = {
    "Mr": "Mister",
    "Mrs": "Missus",
    "Ms": "Miz",
    "Prof": "Professor",
    "Jr": "Junior",
    "Sr": "Senior",
    "Ave": "Avenue",
    "Blvd": "Boulevard",
    "Rd": "Road",
    "Ln": "Lane",
    "Pkwy": "Parkway",
    "Hwy": "Highway",
    "Apt": "Apartment",
    "vs": "versus",
    "etc": "et cetera",
    "approx": "approximately",
    "Inc": "Incorporated",
    "Ltd": "Limited",
    "Corp": "Corporation",
    "Dept": "Department",
    "dept": "department",
    "incl": "including",
    "excl": "excluding",
    "qty": "quantity",
    "Qty": "Quantity",
    "acct": "account",
    "addr": "address",
    "tel": "telephone",
    "Tel": "Telephone",
    "ext": "extension",
    "Ext": "Extension",
    "hrs": "hours",
    "mins": "minutes",
    "secs": "seconds",
    "lbs": "pounds",
    "pcs": "pieces",
    "pls": "please",
    "w/o": "without",
    "Feb": "February",
    "Apr": "April",
    "Aug": "August",
    "Sept": "September",
    "Oct": "October",
    "Nov": "November",
    "Dec": "December",
    "Mon": "Monday",
    "Tue": "Tuesday",
    "Tues": "Tuesday",
    "Thu": "Thursday",
    "Thur": "Thursday",
    "Thurs": "Thursday",
    "Fri": "Friday",
}
# Spelled although they could be read as words.
SPELLED = frozenset(
    words(
        "USB FAQ VIP SMS ETA ID UPS DHL PDF URL HDMI LED LCD OLED PC CPU GPU SSD API USA UK EU UV AC DC "
        "DIY CEO SKU RMA GPS DVD CD HD UHD TV PO QR NFC VAT LLC BPA AI AM PM OS IOS EST EDT UTC ISO IP "
        "IVR AAA AA ATM USPS EMI COD EUR USD GBP UI UX UPC EAN IMEI XL XXL PVC ABS APP IBAN CVV NY "
        "FBA "
    )
)
# Consonants only, yet words.
NEVER_SPELLED = frozenset(("HMM", "SHH", "PSST", "BRR", "MR", "MRS", "DR", "ST", "VS"))

STATES = dict(
    pair.split(":")
    for pair in words(
        "AL:Alabama AK:Alaska AZ:Arizona AR:Arkansas CA:California CO:Colorado CT:Connecticut DE:Delaware "
        "FL:Florida GA:Georgia HI:Hawaii ID:Idaho IL:Illinois IN:Indiana IA:Iowa KS:Kansas KY:Kentucky "
        "LA:Louisiana ME:Maine MD:Maryland MA:Massachusetts MI:Michigan MN:Minnesota MS:Mississippi "
        "MO:Missouri MT:Montana NE:Nebraska NV:Nevada NH:New_Hampshire NJ:New_Jersey NM:New_Mexico "
        "NY:New_York NC:North_Carolina ND:North_Dakota OH:Ohio OK:Oklahoma OR:Oregon PA:Pennsylvania "
        "RI:Rhode_Island SC:South_Carolina SD:South_Dakota TN:Tennessee TX:Texas UT:Utah VT:Vermont "
        "VA:Virginia WA:Washington WV:West_Virginia WI:Wisconsin WY:Wyoming DC:D_C "
    )
)
